import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { UserConfig } from '../spec/config/user-config.ts'
import { createAdapters } from './harness-registry.ts'
import { programFile } from './version.ts'

/** The adapters with the places of our own programs: source in a checkout, bundle when installed. */
export function createAdapterSet(ownAcp: UserConfig['acp'] = {}): readonly HarnessAdapter[] {
  return createAdapters({ node: process.execPath, ownAcp, programOf: (harness) => programFile(`harness/${harness}/program/main.ts`, `${harness}.js`) })
}

/** Every id an agent file may name. */
export function harnessIds(): readonly string[] {
  return createAdapterSet().flatMap(({ id, aliases = [] }) => [id, ...aliases])
}
