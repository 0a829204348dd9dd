import { parse } from 'unbash'
import { type Arg, dynamicArg, knownArg } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { absolute } from '../paths.ts'
import { has, readOptions, valueOf } from './options.ts'
import { joinedScript, splitAssignments, unknownRest } from './wrappers.ts'

// All of these are on the list of local programs: what reaches out is what they start.
const env: ProgramReader = (call) => readEnv(call, call.args)

/** @see env(1): `-S` splits a text into words, which may be options again. @param outer the folder named by options before that text */
function readEnv(call: Call, args: readonly Arg[], outer?: Arg): readonly Effect[] {
  const options = readOptions(args, { values: 'uCSaP', longValues: ['unset', 'chdir', 'split-string', 'argv0'], stops: true })
  const text = valueOf(options, 'S', 'split-string')
  const folder = valueOf(options, 'C', 'chdir') ?? outer
  const operands = options.operands[0]?.text === '-' ? options.operands.slice(1) : options.operands
  if (text !== undefined) {
    const split = text.text === undefined ? undefined : splitWords(text.text)
    return split === undefined ? [opaque('it splits a text that is not understood')] : readEnv(call, [...split, ...operands], folder)
  }
  const { assigned, rest } = splitAssignments(operands, true)
  if (rest.length === 0) return []
  return [{ type: 'run', words: rest, where: { assigned, input: true, ...(folder === undefined ? {} : { cwd: { path: folder.text === undefined ? undefined : absolute(folder.text, call.cwd) } }) } }]
}

/** Words of a text as `env -S` and `.` files split them; undefined when it holds escapes or variables. */
function splitWords(text: string): readonly Arg[] | undefined {
  if (/[\\$`;&|<>()#*?[\]{}~!]/.test(text)) return undefined
  const { commands, errors } = parse(`: ${text}`)
  const command = commands[0]?.command
  if (errors?.length || commands.length !== 1 || command?.type !== 'Command') return undefined
  return command.suffix.flatMap((part) => (part.type === 'Word' ? [knownArg(part.value)] : []))
}

const watch: ProgramReader = ({ args }) => {
  const options = readOptions(args, { values: 'nqs', longValues: ['interval', 'equexit', 'shotsdir'], stops: true })
  if (has(options, 'x', 'exec')) return [{ type: 'run', words: options.operands }]
  return joinedScript(options.operands)
}

const flock: ProgramReader = ({ args }) => {
  const options = readOptions(args, { values: 'wE', longValues: ['timeout', 'wait', 'conflict-exit-code'], stops: true })
  const [file, first, ...rest] = options.operands
  if (file?.many) return [opaque('which words are the command is only known at run time')]
  if (first === undefined) return []
  if (first.text === '-c' || first.text === '--command') return joinedScript(rest.slice(0, 1))
  return [{ type: 'run', words: [first, ...rest], where: { input: true } }]
}

const xargs: ProgramReader = ({ args, input }) => {
  const options = readOptions(args, { values: 'adEILnPsRJ', attached: 'eil', longValues: ['arg-file', 'delimiter', 'max-args', 'max-procs', 'max-chars', 'process-slot-var'], stops: true })
  const command = options.operands.length === 0 ? [knownArg('echo')] : options.operands
  const replaced = has(options, 'I', 'J') ? valueOf(options, 'I', 'J')?.text : has(options, 'i', 'replace') ? (valueOf(options, 'i', 'replace')?.text ?? '{}') : undefined
  if (has(options, 'I', 'i', 'replace', 'J')) return [{ type: 'run', words: command.map((word) => placeholder(word, replaced ?? '')) }]
  const text = typeof input === 'object' && 'text' in input ? input.text : undefined
  const plain = text !== undefined && !/["'\\]/.test(text) && !has(options, '0', 'null', 'd', 'delimiter', 'a', 'arg-file', 'n', 'max-args', 'L', 'l', 'E', 'e', 'eof')
  const given = plain ? text.split(/\s+/).filter((word) => word !== '').map((word) => knownArg(word)) : [unknownRest('…')]
  return [{ type: 'run', words: [...command, ...given] }]
}

/** A word in which some mark is replaced by something only known at run time. */
export function placeholder(word: Arg, mark: string): Arg {
  const at = mark === '' ? 0 : word.prefix.indexOf(mark)
  return at === -1 ? word : dynamicArg(word.source, { prefix: word.prefix.slice(0, at), many: word.many })
}

const starts = new Set(['-exec', '-execdir', '-ok', '-okdir'])
const writes = new Set(['-fprint', '-fprint0', '-fls', '-fprintf'])

const find: ProgramReader = (call) => {
  const effects: Effect[] = []
  call.args.forEach(({ text }, index) => {
    if (text !== undefined && writes.has(text)) {
      const path = call.args[index + 1] && call.path(call.args[index + 1] ?? knownArg(''))
      effects.push(path === undefined ? opaque('it writes to a file that is only known at run time') : act({ kind: 'file.write', path, outbound: false }))
    }
    if (text === undefined || !starts.has(text)) return
    const rest = call.args.slice(index + 1)
    const end = rest.findIndex((word, at) => word.text === ';' || (word.text === '+' && rest[at - 1]?.text === '{}'))
    const words = rest.slice(0, end === -1 ? undefined : end).map((word) => placeholder(word, '{}'))
    effects.push({ type: 'run', words: rest[end]?.text === '+' ? words.map((word) => (word.text === undefined ? { ...word, many: true } : word)) : words, ...(text.endsWith('dir') ? { where: { cwd: { path: undefined } } } : {}) })
  })
  if (call.args.some((arg) => arg.text === undefined && arg.prefix === '' && arg.glob === undefined && arg.many)) effects.push(opaque('its expression is only known at run time'))
  return effects
}

const fd: ProgramReader = ({ args }) => {
  const at = args.findIndex(({ text }) => text === '-x' || text === '-X' || text === '--exec' || text === '--exec-batch')
  return at === -1 ? [] : [{ type: 'run', words: [...args.slice(at + 1).map((word) => placeholder(word, '{')), unknownRest('…')] }]
}

const parallel: ProgramReader = ({ args }) => {
  const options = readOptions(args, { values: 'jnNSaCEILPsW', longValues: ['jobs', 'arg-file', 'colsep', 'delay', 'joblog', 'results', 'retries', 'timeout', 'sshlogin', 'workdir', 'max-args', 'tagstring', 'halt', 'halt-on-error', 'nice', 'load', 'memfree', 'memsuspend', 'env', 'block', 'recstart', 'recend', 'basefile', 'tmpdir', 'rpl', 'return', 'max-procs', 'max-lines', 'max-chars', 'max-replace-args', 'semaphorename', 'id', 'semaphoretimeout', 'profile', 'sshloginfile', 'limit', 'ctagstring'], longFlags: ['tag', 'ctag', 'semaphore', 'retry-failed', 'pipe'], stops: true })
  const end = options.operands.findIndex(({ text }) => text?.startsWith(':::') === true)
  const command = options.operands.slice(0, end === -1 ? undefined : end)
  const [first] = command
  if (first === undefined) return [opaque('the lines it runs are only known at run time')]
  if (command.some(({ prefix }) => /[\s;&|<>()$`]/.test(prefix))) return [opaque('it builds shell lines from its input')]
  return [{ type: 'run', words: [...command.map((word) => placeholder(word, '{')), unknownRest('…')] }]
}

const entr: ProgramReader = ({ args }) => {
  const options = readOptions(args, { stops: true })
  return has(options, 's') ? joinedScript(options.operands) : [{ type: 'run', words: options.operands.map((word) => placeholder(word, '/_')) }]
}

const script: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'cEIOToBm', attached: 't', longValues: ['command', 'echo', 'log-in', 'log-out', 'log-io', 'log-timing', 'logging-format', 'output-limit'] })
  const [file, ...rest] = options.operands
  const path = file && call.path(file)
  const written: readonly Effect[] = path === undefined || path.startsWith('/dev/') ? [] : [act({ kind: 'file.write', path, outbound: false })]
  const command = valueOf(options, 'c', 'command')
  if (command !== undefined) return [...written, ...joinedScript([command])]
  return rest.length === 0 ? [...written, opaque('it starts a shell')] : [...written, { type: 'run', words: rest }]
}

/** The shell keyword's twin as a program that runs what follows, in a new session or as another user. */
const su: ProgramReader = ({ args }) => {
  const options = readOptions(args, { values: 'cgGsTwu', longValues: ['command', 'session-command', 'group', 'supp-group', 'shell', 'whitelist-environment', 'user'] })
  const command = valueOf(options, 'c', 'command', 'session-command')
  if (command !== undefined) return joinedScript([command])
  return has(options, 'u', 'user') && options.operands.length > 0 ? [{ type: 'run', words: options.operands }] : [opaque('it starts a shell')]
}

const newgrp: ProgramReader = ({ args }) => {
  const words = args.slice(1)
  return words.length === 0 ? [opaque('it starts a shell')] : joinedScript(words[0]?.text === '-c' ? words.slice(1, 2) : words.slice(0, 1))
}

const perf: ProgramReader = ({ args }) => {
  const options = readOptions(args.slice(1), { values: 'ceFoprtCG', longValues: ['event', 'output', 'pid', 'repeat'], stops: true })
  return /^(?:stat|record|trace)$/.test(args[0]?.text ?? '') && options.operands.length > 0 ? [{ type: 'run', words: options.operands }] : []
}

export const specialWrappers: readonly (readonly [string, ProgramReader])[] = [
  ['env', env], ['watch', watch], ['flock', flock], ['xargs', xargs], ['gxargs', xargs], ['find', find], ['gfind', find], ['fd', fd], ['fdfind', fd], ['parallel', parallel], ['entr', entr], ['script', script],
  ['su', su], ['runuser', su], ['sg', newgrp], ['newgrp', newgrp], ['perf', perf],
]
