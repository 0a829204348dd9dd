import { type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { absolute } from '../paths.ts'
import { has, readOptions, valueOf, valuesOf } from '../programs/options.ts'
import { balanced, type Makefile, parseMakefile } from './makefile.ts'

const maxTargets = 200
/** Variables expanded in all recipes together: they may stand in each other. */
const maxExpansions = 2_000

/** `make TARGET…`: the recipes of the targets and of what they need, in the makefile found here. */
export const make: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'CfIoWE', attached: 'jlO', longValues: ['directory', 'file', 'makefile', 'include-dir', 'old-file', 'what-if', 'eval', 'assume-old', 'assume-new', 'new-file'] })
  if (has(options, 'eval', 'E')) return [opaque('it reads rules given on the command line')]
  if (has(options, 'v', 'version', 'help', 'h', 'n', 'dry-run', 'just-print', 'recon')) return [{ type: 'local' }]
  const settings = new Map<string, string | undefined>()
  const targets: string[] = []
  for (const { text, prefix } of options.operands) {
    const [, name, value] = /^([\w.-]+)(?:::?|\?)?=([\s\S]*)$/.exec(prefix) ?? []
    if (name !== undefined) settings.set(name, text === undefined ? undefined : value)
    else if (text === undefined) return [opaque('which target it makes is only known at run time')]
    else targets.push(text)
  }
  if (settings.has('SHELL') || settings.has('MAKEFLAGS')) return [opaque('another program runs its recipes')]
  const folder = valuesOf(options, 'C', 'directory').reduce<string | undefined>((path, arg) => (arg.text === undefined ? undefined : absolute(arg.text, path)), call.cwd)
  const file = valueOf(options, 'f', 'file', 'makefile')
  if (folder === undefined || (file !== undefined && file.text === undefined)) return [opaque('which makefile it reads is only known at run time')]
  return readFile(call, { folder, names: file?.text === undefined ? ['GNUmakefile', 'makefile', 'Makefile'] : [file.text], targets, settings })
}

interface Request { readonly folder: string; readonly names: readonly string[]; readonly targets: readonly string[]; readonly settings: ReadonlyMap<string, string | undefined> }

function readFile(call: Call, { folder, names, targets, settings }: Request): readonly Effect[] {
  for (const name of names) {
    const path = absolute(name, folder)
    const found = path === undefined ? { absent: 'missing' } : call.file(path)
    if (found === 'asked') return []
    if ('text' in found) return readTargets(parseMakefile(found.text), { folder, targets, settings })
    if (found.absent !== 'missing') return [opaque(`${path} cannot be read: ${found.absent}`)]
  }
  return [opaque(`no makefile is found in ${folder}`)]
}

function readTargets(file: Makefile, { folder, targets, settings }: Omit<Request, 'names'>): readonly Effect[] {
  const effects: Effect[] = [...file.doubts.map(opaque), { type: 'local' }]
  const budget = { left: maxExpansions }
  const where = { cwd: { path: folder } }
  effects.push(...file.shells.map((text): Effect => ({ type: 'script', text: expand(text, { budget, file, settings, automatic: {} }), where })))
  const wanted = targets.length > 0 ? [...targets] : file.first === undefined ? [] : [file.first]
  const asked = new Set(wanted)
  const seen = new Set<string>()
  const visit = (target: string): void => {
    if (seen.has(target) || seen.size >= maxTargets) return
    seen.add(target)
    const rule = file.rules.get(target)
    if (rule === undefined) {
      if (asked.has(target) || [...file.rules.keys()].some((name) => name.includes('%'))) effects.push(opaque(`no rule for ${target} is found`))
      return
    }
    const scope = { budget, file, settings, automatic: { '@': target, '<': rule.prerequisites[0] ?? '', '^': rule.prerequisites.join(' ') } }
    const prerequisites = rule.prerequisites.flatMap((word) => (word.includes('$') ? expand(word, scope).split(/\s+/) : [word]))
    if (prerequisites.some((word) => word.includes('$'))) effects.push(opaque(`what ${target} needs is only known at run time`))
    for (const word of prerequisites) if (!word.includes('$') && word !== '') visit(word)
    for (const line of rule.recipe) effects.push({ type: 'script', text: expand(line.replace(/^[\s@+-]+/, ''), scope), where })
  }
  for (const target of wanted) visit(target)
  if (seen.size >= maxTargets) effects.push(opaque(`more than ${maxTargets} targets`))
  return effects
}

interface Scope { readonly budget: { left: number }; readonly file: Makefile; readonly settings: ReadonlyMap<string, string | undefined>; readonly automatic: Readonly<Record<string, string>> }

/** A recipe line as the shell gets it; what make alone knows becomes a variable that nobody has set. */
function expand(text: string, scope: Scope, depth = 0): string {
  let [result, index] = ['', 0]
  while (index < text.length) {
    const next = text.charAt(index + 1)
    if (text[index] !== '$') {
      result += text.charAt(index)
      index += 1
    } else if (next === '$') {
      result += '$'
      index += 2
    } else if (next === '(' || next === '{') {
      const inner = balanced(text, index + 2)
      result += valueOfName(inner, scope, depth)
      index += inner.length + 3
    } else {
      result += scope.automatic[next] ?? valueOfName(next, scope, depth)
      index += 2
    }
  }
  return result
}

function valueOfName(name: string, scope: Scope, depth: number): string {
  if (name === 'MAKE') return 'make'
  const shell = /^shell\s+([\s\S]*)$/.exec(name)
  if (shell) return `$(${expand(shell[1] ?? '', scope, depth + 1)})`
  const value = scope.settings.has(name) ? scope.settings.get(name) : scope.automatic[name] ?? scope.file.variables.get(name)
  scope.budget.left -= 1
  return value === undefined || depth > 10 || scope.budget.left < 0 ? `\${make_${name.replaceAll(/\W/g, '_')}}` : expand(value, scope, depth + 1)
}

