/**
 * The candidate a person most likely meant, or undefined when none is near enough.
 * Case, `-`, `_` and camelCase do not count. `synonyms` maps words of other tools (normalised: `snake_case`) to ours.
 */
export function didYouMean(word: string, candidates: readonly string[], synonyms: Readonly<Record<string, string>> = {}): string | undefined {
  if (word.length > 64) return undefined
  const wanted = normalise(word)
  const same = candidates.find((candidate) => normalise(candidate) === wanted)
  if (same !== undefined) return same
  const synonym = Object.hasOwn(synonyms, wanted) ? synonyms[wanted] : undefined
  if (synonym !== undefined && candidates.includes(synonym)) return synonym
  // A third of the letters may differ; one-letter words are never near.
  const limit = Math.floor(wanted.length / 3) || (wanted.length > 1 ? 1 : 0)
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, normalise(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance)
  return ranked[0]?.candidate
}

/** `did you mean "x"?`, or undefined. */
export function suggestion(word: string, candidates: readonly string[], synonyms: Readonly<Record<string, string>> = {}): string | undefined {
  const meant = didYouMean(word, candidates, synonyms)
  return meant === undefined ? undefined : `did you mean "${meant}"?`
}

function normalise(word: string): string {
  return word.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replaceAll(/[-\s]/g, '_')
}

/** Optimal string alignment: insert, delete, replace, and swap of two neighbours cost one each. O(n·m). */
function editDistance(left: string, right: string): number {
  let before: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[right.length] ?? 0
}
