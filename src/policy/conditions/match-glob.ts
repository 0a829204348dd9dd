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
export function matchGlob(pattern: string, text: string): boolean {
  if (!pattern.includes('*') && !pattern.includes('?')) return pattern === text
  return matchList(Array.from(pattern), Array.from(text), (want, have) => want === '?' || want === have, '*')
}

/** Whole path segments: `**` any number of them, otherwise globs within one. */
export function matchSegments(pattern: readonly string[], segments: readonly string[]): boolean {
  return matchList(pattern, segments, matchGlob, '**')
}

/**
 * Words: `*` one, a last word that ends in `*` also any rest.
 * @param words null stands for words that are not known, any number of them
 * @returns undefined when that depends on words that are not known
 */
export function matchWords(pattern: readonly string[], words: readonly (string | null)[]): boolean | undefined {
  const last = pattern.at(-1)
  const open = last?.endsWith('*') === true
  for (const [index, want] of pattern.entries()) {
    const have = words[index]
    if (have === null) return undefined
    const isRest = open && index === pattern.length - 1
    if (have === undefined) return isRest && want === '*'
    if (!matchGlob(want, have)) return false
  }
  if (open) return true
  const rest = words.slice(pattern.length)
  return rest.length === 0 ? true : rest.every((word) => word === null) ? undefined : false
}

/** Two pointers and one way back: the last star takes one more each time what follows it does not fit. */
function matchList<Item>(pattern: readonly Item[], items: readonly Item[], fits: (want: Item, have: Item) => boolean, star: Item): boolean {
  let at = 0
  let backTo = -1
  let taken = 0
  for (let index = 0; index < items.length;) {
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
