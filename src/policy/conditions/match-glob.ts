const maxBraces = 64

/** `a{b,c}` → `ab`, `ac`; at most 64 alternatives, further ones are taken as written. */
export function expandBraces(pattern: string): readonly string[] {
  let open = [pattern]
  const done: string[] = []
  while (open.length > 0 && done.length + open.length <= maxBraces) {
    const [first = '', ...rest] = open
    const [whole, inner] = /\{([^{}]*,[^{}]*)\}/.exec(first) ?? []
    if (whole === undefined || inner === undefined) {
      done.push(first)
      open = rest
    } else {
      open = [...inner.split(',').map((part) => first.replace(whole, () => part)), ...rest]
    }
  }
  return [...done, ...open]
}

/** `*`: any number of characters; `?`: one. Linear for real patterns, never worse than pattern × text. */
export function globTest(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*') && !pattern.includes('?')) return (text) => pattern === text
  const wanted = Array.from(pattern)
  return (text) => matchList(wanted, Array.from(text), (want, have) => want === '?' || want === have, '*')
}

/** One segment of a path pattern, ready to be asked; undefined stands for `**`. */
export type SegmentTest = ((segment: string) => boolean) | undefined

export const segmentTests = (pattern: readonly string[]): SegmentTest[] => pattern.map((segment) => (segment === '**' ? undefined : globTest(segment)))

/** Whole path segments: `**` any number of them, otherwise globs within one. @param from where in `segments` to begin */
export function matchSegments(pattern: readonly SegmentTest[], segments: readonly string[], from = 0): boolean {
  return matchList(pattern, segments, (want, have) => want?.(have) === true, undefined, from)
}

/** One word of a pattern, ready to be asked. */
export interface WordTest {
  readonly text: string
  test(word: string): boolean
}

export const wordTests = (pattern: readonly string[]): WordTest[] => pattern.map((text) => ({ text, test: globTest(text) }))

/**
 * Words: `*` one, a last word that ends in `*` also any rest.
 * @param words null stands for words that are not known, any number of them
 * @returns undefined when that depends on words that are not known
 */
export function matchWords(pattern: readonly WordTest[], words: readonly (string | null)[]): boolean | undefined {
  const open = pattern.at(-1)?.text.endsWith('*') === true
  for (const [index, want] of pattern.entries()) {
    const have = words[index]
    if (have === null) return undefined
    const isRest = open && index === pattern.length - 1
    if (have === undefined) return isRest && want.text === '*'
    if (!want.test(have)) return false
  }
  if (open) return true
  const rest = words.slice(pattern.length)
  return rest.length === 0 ? true : rest.every((word) => word === null) ? undefined : false
}

/** Two pointers and one way back: the last star takes one more each time what follows it does not fit. */
function matchList<Want, Have>(pattern: readonly Want[], items: readonly Have[], fits: (want: Want, have: Have) => boolean, star: Want, from = 0): boolean {
  let at = 0
  let backTo = -1
  let taken = from
  for (let index = from; index < items.length;) {
    const want = pattern[at]
    const have = items[index]
    if (at < pattern.length && want === star) {
      backTo = at
      taken = index
      at += 1
    } else if (at < pattern.length && want !== undefined && have !== undefined && fits(want, have)) {
      at += 1
      index += 1
    } else if (backTo >= 0) {
      at = backTo + 1
      taken += 1
      index = taken
    } else {
      return false
    }
  }
  return pattern.slice(at).every((rest) => rest === star)
}
