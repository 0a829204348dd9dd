import { createHash } from 'node:crypto'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'
import { type ProjectPart, readProjectParts } from '../spec/trust/project-parts.ts'
import type { ReportSignal } from './signal-reporter.ts'
import { TurnFailure } from './turn-failure.ts'

/**
 * The project's parts that this program may run: those a person trusted, and only while the project still says the same.
 * @throws {TurnFailure} when the agent keeps the user's set-up out and this program can not.
 */
export async function trustedParts(adapters: readonly HarnessAdapter[], start: {
  readonly adapter: HarnessAdapter
  readonly workspace: string
  readonly setup: SessionSetup
  readonly report: (signal: ReportSignal) => void
}): Promise<readonly ProjectPart[]> {
  const { adapter, workspace, setup, report } = start
  if (setup.inherit === 'none' && adapter.holdsInherit !== true) throw new TurnFailure(`The agent says "inherit: none", which ${adapter.title} can not keep.`, 'Go on with another harness, or remove that line.')
  if (setup.project === undefined) return []
  const found = await readProjectParts(adapters, workspace)
  if (found !== undefined && createHash('sha256').update(found.content).digest('hex') === setup.project) return found.parts.get(adapter.id) ?? []
  report({ type: 'notice', level: 'warning', text: 'The hooks and servers of the project are not those that were trusted any more: none of them runs. A new session asks again.' })
  return []
}
