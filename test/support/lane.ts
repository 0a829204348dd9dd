import { seededRandom } from './seeded-random.ts'

/**
 * The two lanes: `npm test` runs a seeded sample of each big count, `npm run test:deep` (OMNI_DEEP=1) the whole.
 * The share that was run is printed. Under mutation (`npm run test:mutation`) the same tests run thousands of times: a tenth of the sample.
 */
export const deep = process.env['OMNI_DEEP'] === '1'
export const lane = process.env['OMNI_LANE'] === 'mutation' ? 'mutation' : deep ? 'deep' : 'sample'
export const seed = Number(process.env['OMNI_SEED'] ?? '20261124')

/** How many of a big count this lane runs. */
export function countOf(sample: number, whole = sample): number {
  return lane === 'deep' ? whole : Math.min(lane === 'mutation' ? Math.ceil(sample / 10) : sample, whole)
}

export function share(name: string, sample: number, whole: number): number {
  const count = countOf(sample, whole)
  process.stdout.write(`${name}: ${count} of ${whole} (seed ${seed})\n`)
  return count
}

/** As many of `all` as the lane runs, drawn by the seed and in their order. */
export function draw<Each>(name: string, all: readonly Each[], sample: number): readonly Each[] {
  const count = share(name, sample, all.length)
  const random = seededRandom(`${seed}/${name}`)
  const chosen = new Set(all.map((_, index) => ({ index, at: random() })).toSorted((left, right) => left.at - right.at).slice(0, count).map(({ index }) => index))
  return all.filter((_, index) => chosen.has(index))
}
