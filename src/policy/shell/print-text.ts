import type { Arg } from './arg.ts'
import type { Output } from './walk-state.ts'

/** What `echo` prints, when every shell prints the same: escapes are left to the shell. */
export function echoText(args: readonly Arg[]): Output {
  const newline = args[0]?.text !== '-n'
  const words = newline ? args : args.slice(1)
  const texts = words.flatMap(({ text }) => (text === undefined ? [] : [text]))
  if (texts.length !== words.length || texts.some((text) => text.includes('\\')) || /^-[neE]+$/.test(texts[0] ?? '')) return undefined
  return texts.join(' ') + (newline ? '\n' : '')
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', '"': '"', "'": "'" }

/** What `printf` prints for `%s`, `%%` and the plain escapes; undefined for anything else. */
export function printfText(args: readonly Arg[]): Output {
  const [format, ...words] = args[0]?.text === '--' ? args.slice(1) : args
  const texts = words.flatMap(({ text }) => (text === undefined ? [] : [text]))
  if (format?.text === undefined || texts.length !== words.length || /%(?!s)/.test(format.text.replaceAll('%%', '')) || /\\(?![nt\\"'])/.test(format.text)) return undefined
  const places = (format.text.replaceAll('%%', '').match(/%s/g) ?? []).length
  const rounds = places === 0 ? 1 : Math.max(1, Math.ceil(texts.length / places))
  if (rounds > 1_000) return undefined
  let next = 0
  const round = () => format.text?.replaceAll(/%s|%%|\\(.)/g, (match, char: string | undefined) => (match === '%s' ? (texts[next++] ?? '') : match === '%%' ? '%' : escapes[char ?? ''] ?? '')) ?? ''
  return Array.from({ length: rounds }, round).join('')
}
