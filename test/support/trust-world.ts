import { type ProjectReader, readProjectParts } from '../../src/spec/trust/project-parts.ts'
import { createTrustDesk } from '../../src/app/trust-desk.ts'
import { openTrustStore } from '../../src/app/trust-store.ts'
import type { Clock } from '../../src/spec/ports/clock.ts'

/** The real trust desk on a folder of its own; no agent is trusted by where it lies. */
export function trustWorld(dir: string, clock: Clock, readers: readonly ProjectReader[] = []) {
  const store = openTrustStore(dir)
  const problems: unknown[] = []
  const desk = createTrustDesk({ store, clock, trustedHashes: async () => new Set(), projectParts: (folder) => readProjectParts(readers, folder), report: (problem, cause) => problems.push(new Error(problem, { cause })) })
  return { dir, store, desk, problems }
}
