/**
 * The two lanes: `npm test` runs a seeded sample of each big count, `npm run test:deep` (OMNI_DEEP=1) the whole.
 * The share that was run is printed.
 */
export const deep = process.env['OMNI_DEEP'] === '1'
export const seed = Number(process.env['OMNI_SEED'] ?? '20261124')

export function share(name: string, sample: number, whole: number): number {
  const count = deep ? whole : Math.min(sample, whole)
  process.stdout.write(`${name}: ${count} of ${whole} (seed ${seed})\n`)
  return count
}
