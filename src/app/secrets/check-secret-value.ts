import { minSecretLength } from '../../omnibox/gateway/placeholder.ts'

const maxLength = 8_192

/** What is wrong with a value as a secret for the network, said without it; undefined when it is good. */
export function problemOfValue(value: string): string | undefined {
  if (value === '') return 'it is empty'
  if (/[\r\n]/.test(value)) return 'it has more than one line'
  if (!/^[\u0021-\u007e]+$/.test(value)) return 'it has a space or another character that is not printable ASCII'
  if (value.length < minSecretLength) return `it has fewer than ${minSecretLength} characters and could not be told from ordinary text`
  if (value.length > maxLength) return `it has more than ${maxLength} characters`
  // A stand-in keeps the first third, where a public prefix may be, and marks four letters: something must be left that can differ.
  const rest = value.slice(Math.floor(value.length / 3))
  return /\d/.test(rest) || (rest.match(/[a-z]/gi) ?? []).length > 4 ? undefined : 'it has too few letters and digits for a stand-in'
}
