import type { Arg } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'

const names = ['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'ksh93', 'mksh', 'rbash', 'yash']

/** `-c TEXT`, a script file, or commands from the input. */
const shell: ProgramReader = (call) => {
  const { flags, operands, longs } = split(call.args)
  if (longs.some((name) => /^--(?:version|help)$/.test(name))) return [{ type: 'local' }]
  if (longs.some((name) => /^--(?:rcfile|init-file)/.test(name))) return [opaque('it reads commands from a start-up file')]
  // Reads, but runs nothing.
  if (flags.includes('n')) return [{ type: 'local' }]
  const [first, ...rest] = operands
  if (flags.includes('c')) {
    if (first === undefined) return []
    if (first.text === undefined) return [opaque('it runs text that is only known at run time')]
    return [{ type: 'local' }, { type: 'script', text: first.text, positional: rest.slice(1), where: { input: true } }]
  }
  if (first !== undefined && !flags.includes('s')) return scriptFile(call, first, rest)
  const { input } = call
  if (typeof input === 'object' && 'text' in input) return [{ type: 'local' }, { type: 'script', text: input.text, positional: operands }]
  if (typeof input === 'object') return followFile(call, input.file, operands)
  return [opaque('it reads commands from its input')]
}

/** @see bash(1): letters may be bundled, `o` and `O` take a name from the words that follow, `-c` only says that the first operand is the text. */
function split(args: readonly Arg[]): { readonly flags: string; readonly longs: readonly string[]; readonly operands: readonly Arg[] } {
  let [index, flags] = [0, '']
  const longs: string[] = []
  for (; index < args.length; index += 1) {
    const text = args[index]?.text ?? args[index]?.prefix ?? ''
    if (text === '--' || text === '-') {
      index += 1
      break
    }
    if (text.startsWith('--')) longs.push(text)
    else if (/^[-+]./.test(text)) {
      if (text.startsWith('-')) flags += text.slice(1).replaceAll(/[oO]/g, '')
      index += (text.match(/[oO]/g) ?? []).length
    } else break
  }
  return { flags, longs, operands: args.slice(index) }
}

function scriptFile(call: Call, file: Arg, positional: readonly Arg[]): readonly Effect[] {
  if (file.source.startsWith('<(')) return [opaque('it reads commands from another program')]
  if (file.text === '/dev/stdin' || file.text === '/proc/self/fd/0') return typeof call.input === 'object' && 'text' in call.input ? [{ type: 'script', text: call.input.text, positional }] : [opaque('it reads commands from its input')]
  const path = file.text === undefined ? undefined : call.path(file)
  return path === undefined ? [opaque('which script it runs is only known at run time')] : followFile(call, path, positional)
}

/** The text of a script, read as the shell will. */
function followFile(call: Call, path: string, positional: readonly Arg[]): readonly Effect[] {
  const read = act({ kind: 'file.read', path, outbound: false })
  const found = call.file(path)
  if (found === 'asked') return [read]
  if ('absent' in found) return [read, opaque(`the script ${path} cannot be read: ${found.absent}`)]
  return [read, { type: 'local' }, { type: 'script', text: found.text, positional }]
}

export const shells: readonly (readonly [string, ProgramReader])[] = names.map((name) => [name, shell])
