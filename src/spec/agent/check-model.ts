import type { KnownHarness, ModelFamily } from './load-request.ts'

export interface ModelCheck {
  readonly models: readonly ModelFamily[]
  readonly knownHarnesses: readonly KnownHarness[]
}

/**
 * `runs`: this harness can reach the model's vendor, or no model was asked for. `unknown`: nobody knows the model; it is passed on.
 * `unreachable`: the model belongs to a vendor this harness cannot reach.
 */
export type ModelFit = { readonly type: 'runs' } | { readonly type: 'unknown' } | { readonly type: 'unreachable'; readonly vendor: string; readonly reaches: readonly string[] }

export function fitModel(model: string, harness: string, { models, knownHarnesses }: ModelCheck): ModelFit {
  const vendor = vendorOf(model, models)
  if (vendor === undefined) return { type: 'unknown' }
  const reaches = findHarness(harness, knownHarnesses)?.vendors
  return reaches === undefined || reaches.includes(vendor) ? { type: 'runs' } : { type: 'unreachable', vendor, reaches }
}

/** `provider/model` belongs to the provider: that is who is called. */
function vendorOf(model: string, models: readonly ModelFamily[]): string | undefined {
  const slash = model.indexOf('/')
  if (slash !== -1) return models.find(({ vendor }) => vendor === model.slice(0, slash))?.vendor
  return models.find(({ names }) => names.some((name) => (name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name)))?.vendor
}

/** An exact id before a `prefix:*`. */
export function findHarness(id: string, known: readonly KnownHarness[]): KnownHarness | undefined {
  return known.find((harness) => harness.id === id)
    ?? known.find((harness) => harness.id.endsWith(':*') && id.startsWith(harness.id.slice(0, -1)) && id.length >= harness.id.length)
}
