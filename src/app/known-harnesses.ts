import type { KnownHarness } from '../spec/agent/load-request.ts'
import type { UserConfig } from '../spec/config/user-config.ts'
import { createAdapterSet } from './adapter-set.ts'

/** Every id that files may name: the harnesses that are here, the user's own among them. */
export function knownHarnesses(ownAcp: UserConfig['acp'] = {}): readonly KnownHarness[] {
  return createAdapterSet(ownAcp).flatMap(({ id, aliases = [], vendor }) => [id, ...aliases].map((each) => ({ id: each, available: true, ...(vendor === undefined ? {} : { vendors: [vendor] }) })))
}

/** The id that the host and the log use: `acp:goose` is `goose`. */
export function canonicalHarness(id: string): string {
  return createAdapterSet().find(({ aliases = [] }) => aliases.includes(id))?.id ?? id
}
