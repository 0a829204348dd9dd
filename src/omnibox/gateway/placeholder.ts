import { randomInt } from 'node:crypto'
import { AppError } from '../../spec/app-error.ts'

/** Below this a secret would be found in ordinary text. */
export const minSecretLength = 8

/**
 * A stand-in for a secret, for programs that look at a credential before they use it: same length, same public prefix (`ghp_`,
 * `sk-live-`), same kind of character at each place, and `OMNI` (or `omni`) after the prefix where letters stand there. `pick(n)`
 * gives a number from 0 to n − 1.
 * @throws {AppError} 'invalid' for a secret that is too short, has nothing that could be another, or is not one line of printable ASCII.
 */
export function makePlaceholder(value: string, pick: (below: number) => number = (below) => randomInt(below)): string {
  if (value.length < minSecretLength) throw new AppError('invalid', `A secret of fewer than ${minSecretLength} characters cannot be told from ordinary text: use a longer one.`)
  if (!/^[\u0021-\u007e]+$/.test(value)) throw new AppError('invalid', 'A secret for the network is one line of printable ASCII without spaces.')
  const prefix = prefixOf(value)
  for (let tries = 0; tries < maxTries; tries += 1) {
    let marked = 0
    const rest = value.slice(prefix.length).split('').map((character) => {
      const mark = 'omni'[marked]
      const [, set = ''] = kinds.find(([kind]) => kind.test(character)) ?? []
      if (set === '') return character
      if (mark !== undefined && /[a-z]/i.test(character)) {
        marked += 1
        return character === character.toLowerCase() ? mark : mark.toUpperCase()
      }
      return set[pick(set.length)] ?? character
    }).join('')
    const made = prefix + rest
    if (made !== value) return made
  }
  throw new AppError('invalid', 'A secret of so few different characters cannot have a stand-in: use another one.')
}

/** A stand-in that is the secret itself comes again only where there is nothing to choose. */
const maxTries = 100

const kinds: readonly (readonly [RegExp, string])[] = [[/[a-z]/, 'abcdefghijklmnopqrstuvwxyz'], [/[A-Z]/, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'], [/[0-9]/, '0123456789']]

/** Words of letters and digits that end with `_` or `-`, a third of the whole at most: what a vendor puts before each of its keys. */
function prefixOf(value: string): string {
  const most = Math.floor(value.length / 3)
  let prefix = ''
  for (const [word] of value.matchAll(/[A-Za-z][A-Za-z0-9]{0,7}[_-]/gy)) {
    if (prefix.length + word.length > most) break
    prefix += word
  }
  return prefix
}
