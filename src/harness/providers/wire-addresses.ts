import type { ModelPlace } from '../../spec/net/model-service.ts'
import type { Dialect } from './dialect.ts'
import { providerRow, providerRows } from './catalogue.ts'

const spoken: Readonly<Record<Dialect, ModelPlace['dialects']>> = {
  anthropic: ['messages'], openai: ['responses', 'chat-completions'], google: ['generate-content'],
  // Many of the compatible services speak the two others as well, under the same address.
  chat: ['chat-completions', 'responses', 'messages'],
}

/** What programs call that are signed in with a plan instead of a key. */
const planPlaces: Readonly<Record<string, ModelPlace>> = {
  openai: { host: 'chatgpt.com', basePath: '/backend-api/codex', dialects: ['responses'] },
  google: { host: 'cloudcode-pa.googleapis.com', basePath: '', dialects: ['generate-content'] },
}

/** @see https://docs.mistral.ai/api: "stream_options" is refused as unknown */
const refusesToBeAsked = new Set(['mistral'])

/** Where a service is called, with a key and with an account. */
export function placesOf(provider: string): readonly ModelPlace[] {
  const row = providerRow(provider)
  if (row === undefined) return []
  const own = row.baseUrl === undefined ? [] : [{ ...placeOn(row.baseUrl), dialects: spoken[row.dialect], ...(refusesToBeAsked.has(row.id) ? { tellsUsage: true } : {}) }]
  return [...own, ...(planPlaces[row.id] === undefined ? [] : [planPlaces[row.id] as ModelPlace])] // Proof: tested before.
}

/** Every model service that has an address of its own. Those that a user names come beside them. */
export const wireAddresses: readonly ModelPlace[] = providerRows.flatMap(({ id }) => placesOf(id))

/** The wire's view of a base address. The version at its end may be left out by programs that speak another of its dialects. */
function placeOn(baseUrl: string): Pick<ModelPlace, 'host' | 'basePath'> {
  const { host, pathname } = new URL(baseUrl)
  return { host, basePath: pathname.replace(/\/+$/, '').replace(/\/v\d+(beta)?$/, '') }
}
