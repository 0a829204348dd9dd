import type { Dialect } from './dialect.ts'
import { providerRows } from './catalogue.ts'

/** Where a model service is on the wire, and what it speaks there, by the APIs' own names. */
export interface WireAddress {
  readonly host: string
  readonly basePath: string
  readonly dialects: readonly ('messages' | 'responses' | 'chat-completions' | 'generate-content')[]
  /** Its streams tell their usage unasked, and it refuses to be asked. */
  readonly tellsUsage?: boolean
}

const spoken: Readonly<Record<Dialect, WireAddress['dialects']>> = {
  anthropic: ['messages'], openai: ['responses', 'chat-completions'], google: ['generate-content'],
  // Many of the compatible services speak the two others as well, under the same address.
  chat: ['chat-completions', 'responses', 'messages'],
}

/** What programs call that are signed in with a plan instead of a key. */
const planAddresses: readonly WireAddress[] = [
  { host: 'chatgpt.com', basePath: '/backend-api/codex', dialects: ['responses'] },
  { host: 'cloudcode-pa.googleapis.com', basePath: '', dialects: ['generate-content'] },
]

/** @see https://docs.mistral.ai/api: "stream_options" is refused as unknown */
const refusesToBeAsked = new Set(['mistral'])

/** Every model service that has an address of its own. Those that a user names come beside them. */
export const wireAddresses: readonly WireAddress[] = [
  ...providerRows.flatMap(({ id, baseUrl, dialect }) => (baseUrl === undefined ? [] : [{ ...addressOn(baseUrl), dialects: spoken[dialect], ...(refusesToBeAsked.has(id) ? { tellsUsage: true } : {}) }])),
  ...planAddresses,
]

/** The wire's view of a base address. The version at its end may be left out by programs that speak another of its dialects. */
export function addressOn(baseUrl: string): Pick<WireAddress, 'host' | 'basePath'> {
  const { host, pathname } = new URL(baseUrl)
  return { host, basePath: pathname.replace(/\/+$/, '').replace(/\/v\d+(beta)?$/, '') }
}
