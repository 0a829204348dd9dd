import { posix } from 'node:path'
import { type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { has, readOptions, valueOf } from '../programs/options.ts'

interface Recipe { readonly needs: readonly string[]; readonly lines: readonly string[] }

/** `just RECIPE…`: the lines of a recipe and of those it names, in the nearest justfile. */
export const just: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'fd', longValues: ['justfile', 'working-directory', 'set', 'shell', 'shell-arg', 'command', 'dotenv-path', 'color'], stops: true })
  if (has(options, 'list', 'l', 'version', 'help', 'h', 'summary', 'show', 's', 'dump', 'evaluate', 'n', 'dry-run', 'fmt', 'choose') && !has(options, 'choose')) return [{ type: 'local' }]
  if (has(options, 'shell', 'c', 'command', 'choose', 'set')) return [opaque('what it runs is given on the command line')]
  const texts = options.operands.map(({ text }) => text)
  if (texts.some((text) => text === undefined)) return [opaque('which recipe it runs is only known at run time')]
  const file = valueOf(options, 'f', 'justfile')
  const path = file === undefined ? undefined : call.path(file)
  if (call.cwd === undefined || (file !== undefined && path === undefined)) return [opaque('which justfile it reads is only known at run time')]
  return find(call, path === undefined ? candidates(call.cwd) : [path], texts.filter((text) => text !== undefined))
}

const candidates = (start: string): readonly string[] => {
  const paths: string[] = []
  for (let folder = start; ; folder = posix.dirname(folder)) {
    paths.push(posix.join(folder, 'justfile'), posix.join(folder, 'Justfile'), posix.join(folder, '.justfile'))
    if (folder === '/') return paths
  }
}

function find(call: Call, paths: readonly string[], words: readonly string[]): readonly Effect[] {
  for (const path of paths) {
    const found = call.file(path)
    if (found === 'asked') return []
    if ('text' in found) return readRecipes(found.text, posix.dirname(path), words)
    if (found.absent !== 'missing') return [opaque(`${path} cannot be read: ${found.absent}`)]
  }
  return [opaque('no justfile is found')]
}

function readRecipes(text: string, folder: string, words: readonly string[]): readonly Effect[] {
  const { recipes, aliases, first, doubts } = parse(text)
  const effects: Effect[] = [...doubts.map(opaque), { type: 'local' }]
  const seen = new Set<string>()
  // Further words are recipes or parameters; those that are recipes are read.
  const wanted = words.length === 0 ? (first === undefined ? [] : [first]) : words.filter((word, index) => index === 0 || recipes.has(aliases.get(word) ?? word))
  for (let word = wanted.shift(); word !== undefined; word = wanted.shift()) {
    const name = aliases.get(word) ?? word
    if (seen.has(name)) continue
    seen.add(name)
    const recipe = recipes.get(name)
    if (recipe === undefined) {
      effects.push(opaque(`no recipe ${name} is found`))
      continue
    }
    wanted.push(...recipe.needs)
    effects.push(...linesOf(recipe).map((line): Effect => ({ type: 'script', text: line, where: { cwd: { path: folder } } })))
  }
  return effects
}

/** A recipe that starts with `#!` is one script; of another one each line is a shell line. `{{…}}` is only known to just. */
function linesOf({ lines }: Recipe): readonly string[] {
  const texts = lines.map((line) => line.replaceAll(/\{\{[^}]*\}\}/g, '${just_value}'))
  const shebang = texts[0]?.startsWith('#!') === true
  if (shebang) return /[/ ](?:ba|da|z)?sh\b/.test(texts[0] ?? '') ? [texts.join('\n')] : []
  return texts.join('\n').replaceAll(/\\\n\s*/g, '').split('\n').map((line) => line.replace(/^[@-]+/, ''))
}

function parse(text: string): { readonly recipes: ReadonlyMap<string, Recipe>; readonly aliases: ReadonlyMap<string, string>; readonly first: string | undefined; readonly doubts: readonly string[] } {
  const [recipes, aliases] = [new Map<string, Recipe>(), new Map<string, string>()]
  const doubts: string[] = []
  let current: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^\s+\S/.test(line)) {
      const recipe = current === undefined ? undefined : recipes.get(current)
      if (recipe !== undefined && current !== undefined) recipes.set(current, { ...recipe, lines: [...recipe.lines, line.trimStart()] })
      continue
    }
    if (line.trim() === '' || /^[#[]/.test(line)) continue
    current = undefined
    const alias = /^alias\s+([\w-]+)\s*:=\s*([\w-]+)/.exec(line)
    if (alias) aliases.set(alias[1] ?? '', alias[2] ?? '')
    else if (/^set\s+(?:windows-)?shell\b/.test(line) && !/\[\s*["'](?:ba|z)?sh["']/.test(line)) doubts.push('another program runs its recipes')
    else if (/^(?:import|mod|!include)\b/.test(line)) doubts.push('it includes other files')
    else if (/`/.test(line)) doubts.push('it runs commands while it reads the file')
    else if (!/:=/.test(line)) {
      const [, name, needs = ''] = /^@?([\w-]+)[^:]*:([^=].*)?$/.exec(line) ?? []
      if (name === undefined) continue
      current = name
      recipes.set(name, { needs: needs.replaceAll(/\(([\w-]+)[^)]*\)/g, '$1').split(/[\s&]+/).filter((word) => /^[\w-]+$/.test(word)), lines: [] })
    }
  }
  return { recipes, aliases, first: [...recipes.keys()][0], doubts }
}
