import { type Arg, knownArg } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { readPip } from '../packages/managers.ts'
import { readsOf, writesOf } from './files.ts'
import { has, readOptions, type OptionShape, valueOf, valuesOf } from './options.ts'
import { readSedScript } from './sed-script.ts'

const inline = opaque('it runs code given on the command line')

interface Language extends OptionShape {
  /** Options with code. */
  readonly code: readonly string[]
}

/** An interpreter whose code on the command line, or from an input that is given, is not read. */
const language = ({ code, ...shape }: Language): ProgramReader => (call) => {
  const options = readOptions(call.args, { ...shape, stops: true })
  if (has(options, ...code)) return [inline]
  const [file] = options.operands
  if (file?.many && file.glob === undefined) return [opaque('what it runs is only known at run time')]
  const fromInput = file === undefined || file.text === '-' || file.text === '/dev/stdin'
  return fromInput && call.input !== 'inherited' && options.given.size === 0 ? [opaque('it runs code from its input')] : file === undefined || fromInput ? [] : readsOf(call, [file])
}

const python: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'cmWXQ', longValues: ['check-hash-based-pycs'], stops: true })
  const module = valueOf(options, 'm')
  const after = module === undefined ? [] : call.args.slice(call.args.findIndex((arg) => arg === module || arg.prefix.startsWith('-m') && arg.prefix.length > 2) + 1)
  if (module === undefined || has(options, 'c')) return language({ code: ['c'], values: 'cmWXQ', longValues: ['check-hash-based-pycs'] })(call)
  if (module.text === undefined) return [opaque('which module it runs is only known at run time')]
  if (module.text === 'pip') return readPip(after)
  if (module.text === 'twine') return after[0]?.text === 'upload' ? [act({ kind: 'package.publish', manager: 'twine', outbound: true })] : []
  if (/^(?:timeit|code|pdb|cProfile|trace)$/.test(module.text) && after.some(({ prefix }) => /^-[cs]/.test(prefix))) return [inline]
  return []
}

/** perl and ruby: `-e` may stand among other letters, `-i` edits the files. */
const editing = (values: string, attached: string): ProgramReader => (call) => {
  const options = readOptions(call.args, { values, attached, stops: true })
  const isCode = has(options, 'e', 'E')
  const files = isCode ? options.operands : options.operands.slice(1)
  const edits = has(options, 'i') ? writesOf(call, files) : []
  if (isCode) return [inline, ...edits]
  return [...(options.operands.length === 0 && call.input !== 'inherited' && options.given.size === 0 ? [opaque('it runs code from its input')] : []), ...readsOf(call, options.operands.slice(0, 1)), ...edits]
}

const awk: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'fFvieElo', longValues: ['file', 'field-separator', 'assign', 'source', 'include', 'exec', 'load', 'profile'], stops: true })
  const fromFile = has(options, 'f', 'file', 'exec', 'E')
  const files = fromFile ? options.operands : options.operands.slice(1)
  const texts = [...(fromFile ? [] : options.operands.slice(0, 1)), ...valuesOf(options, 'e', 'source')]
  const reasons = texts.flatMap(({ text }) => (text === undefined ? ['its program is only known at run time'] : isHarmlessAwk(text) ? [] : ['its program runs commands or writes files']))
  return [...reasons.map(opaque), ...readsOf(call, [...files.filter(({ prefix }) => !/^[A-Za-z_]\w*=/.test(prefix)), ...valuesOf(options, 'f', 'file')]), ...(has(options, 'i', 'include', 'l', 'load') && call.name === 'gawk' ? [opaque('it loads other code')] : [])]
}

/** Without strings and patterns: no `system(`, no pipe, no `getline`, no output to a file. */
function isHarmlessAwk(text: string): boolean {
  if (text.length > 8_192) return false
  const code = text.replaceAll(/"(?:\\.|[^"\\])*"/g, '""').replaceAll(/(^|[\s(,{;!~&|])\/(?:\\.|[^/\\\n])*\//g, '$1 0 ')
  return !/\bsystem\b|getline|@|(?<!\|)\|(?!\|)|\bprintf?\b[^;}\n]*>/.test(code)
}

const sed: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'efl', attached: 'iI', longValues: ['expression', 'file', 'line-length'] })
  const given = valuesOf(options, 'e', 'expression')
  const fromFile = has(options, 'f', 'file')
  const [scripts, files]: [readonly Arg[], readonly Arg[]] = given.length > 0 || fromFile ? [given, options.operands] : [options.operands.slice(0, 1), options.operands.slice(1)]
  const effects: Effect[] = fromFile ? [opaque('its script is in a file')] : []
  const text = scripts.map((script) => script.text ?? `${script.prefix}\0`).join('\n')
  if (scripts.some((script) => script.text === undefined)) effects.push(...dynamicSed(scripts))
  else {
    const { runs, reads, writes } = readSedScript(text)
    if (runs && !has(options, 'sandbox')) effects.push(opaque('its script runs commands, or is not understood'))
    effects.push(...readsOf(call, reads.map((path) => knownArg(path))), ...writesOf(call, writes.map((path) => knownArg(path))))
  }
  return [...effects, ...readsOf(call, files), ...(has(options, 'i', 'I', 'in-place') ? writesOf(call, files) : [])]
}

/** A script with a variable in it: harmless only for `-n …p` line numbers, which cannot be told from anything else. */
const dynamicSed = (scripts: readonly Arg[]): readonly Effect[] => (scripts.length > 0 ? [opaque('its script is only known at run time')] : [])

const editor: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'cSsuWwTVi', longValues: ['cmd', 'eval', 'load', 'execute', 'funcall'] })
  const commands = has(options, 'c', 'S', 's', 'cmd', 'eval', 'load', 'execute', 'funcall', 'l', 'f') || options.operands.some(({ prefix }) => prefix.startsWith('+'))
  return commands || call.input !== 'inherited' ? [opaque('an editor runs commands it is given')] : []
}

/** Refused when any word holds a mark that starts a command of the program's own. */
const unlessMarked = (mark: RegExp): ProgramReader => (call: Call) => (call.args.some(({ prefix }) => mark.test(prefix)) || (typeof call.input === 'object' && 'text' in call.input && mark.test(call.input.text)) ? [opaque('it is told to run a command')] : [])

const always = (reason: string): ProgramReader => () => [opaque(reason)]
const otherShell = language({ code: ['c', 'command', 'Command', 'EncodedCommand', 'e', 'C'], values: 'cC', longValues: ['command', 'init-command'] })

export const inlineCode: readonly (readonly [string, ProgramReader])[] = [
  ...['python', 'python2', 'python3', 'pypy', 'pypy3', 'ipython'].map((name) => [name, python] as const),
  ['node', language({ code: ['e', 'p', 'eval', 'print', 'pe'], values: 'eprC', longValues: ['eval', 'print', 'require', 'import', 'loader', 'experimental-loader', 'env-file', 'conditions', 'test-name-pattern', 'test-reporter', 'test-reporter-destination', 'watch-path'] })],
  ['deno', (call) => (call.args[0]?.text === 'eval' || call.args[0]?.text === 'task' ? [inline] : [])],
  ['perl', editing('eEMmI', 'iF0lxCDT')], ['ruby', editing('eErICFTW', 'ix0KWT')], ['php', language({ code: ['r', 'B', 'R', 'E'], values: 'rBREdc', longValues: ['run'] })], ['lua', language({ code: ['e'], values: 'elW' })], ['luajit', language({ code: ['e'], values: 'elj' })],
  ['Rscript', language({ code: ['e'], values: 'e' })], ['R', language({ code: ['e'], values: 'ef' })], ['julia', language({ code: ['e', 'E', 'eval', 'print'], values: 'eELJpt' })], ['osascript', language({ code: ['e'], values: 'els' })], ['tclsh', language({ code: [] })], ['expect', language({ code: ['c'], values: 'cf' })], ['elixir', language({ code: ['e', 'eval'], values: 'er', longValues: ['eval'] })], ['ghc', language({ code: ['e'], values: 'eo' })], ['swift', language({ code: ['e'], values: 'e' })], ['groovy', language({ code: ['e'], values: 'e' })], ['scala', language({ code: ['e'], values: 'e' })], ['nu', otherShell], ['fish', otherShell], ['csh', otherShell], ['tcsh', otherShell], ['pwsh', otherShell], ['powershell', otherShell], ['xonsh', otherShell], ['elvish', otherShell],
  ['awk', awk], ['gawk', awk], ['mawk', awk], ['nawk', awk], ['sed', sed], ['gsed', sed],
  ['vi', editor], ['vim', editor], ['nvim', editor], ['ex', editor], ['ed', editor], ['emacs', editor], ['emacsclient', editor], ['view', editor],
  ['sqlite3', unlessMarked(/\.(?:shell|system|once|output|import|read)\b|\|/)], ['psql', unlessMarked(/\\(?:!|o|g|i|copy)|\bPROGRAM\b/i)], ['mysql', unlessMarked(/\\!|^system\b/)], ['gdb', unlessMarked(/^-(?:-?ex|-?eval-command|x|-command)|shell|!/)], ['lldb', unlessMarked(/^-(?:o|s|-one-line|-source)|platform shell/)], ['ftp', unlessMarked(/!/)], ['man', unlessMarked(/^-[PH]|^--(?:pager|html)/)], ['tcpdump', unlessMarked(/^-z/)], ['socat', unlessMarked(/EXEC|SYSTEM|SHELL/i)],
  ...['crontab', 'at', 'batch', 'launchctl'].map((name) => [name, always('it arranges for commands to run later')] as const),
  ...['screen', 'tmux', 'zellij', 'byobu'].map((name) => [name, always('it runs commands in another terminal')] as const),
  ['m4', always('its macros run commands')], ['gnuplot', always('its scripts run commands')], ['bc', () => []],
]
