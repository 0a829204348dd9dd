import { relative } from 'node:path'
import type { RestoreOutcome } from '../spec/events/turn-data.ts'
import type { ToHost } from '../spec/ports/host-link.ts'
import type { RestoreRequest, RestoreResult } from '../spec/ports/workspace.ts'

export type RestoreOrder = Extract<ToHost, { type: 'files.restore' }>

/** Carries out an order of any number of target states, one after the other. @param root without symlinks, as the order's paths */
export async function restoreFiles({ restore, root }: { restore(request: RestoreRequest): Promise<RestoreResult>; readonly root: string }, paths: RestoreOrder['paths']): Promise<RestoreOutcome> {
  const told = (path: string) => `${root}/${path}`
  let outcome: RestoreOutcome = { restored: [], unchanged: [], conflicts: [] }
  for (const [to, ofState] of Map.groupBy(paths, (each) => each.to)) {
    const result = await restore({ to, paths: ofState.map(({ path, left }) => ({ path: relative(root, path), left })) })
    outcome = {
      restored: [...outcome.restored, ...result.restored.map(told)], unchanged: [...outcome.unchanged, ...result.unchanged.map(told)],
      conflicts: [...outcome.conflicts, ...result.conflicts.map(({ path, reason }) => ({ path: told(path), reason }))],
      before: outcome.before ?? result.before.id, after: result.after.id,
    }
  }
  return outcome
}

export function noRestore(error: unknown): RestoreOutcome {
  return { restored: [], unchanged: [], conflicts: [], error: error instanceof Error ? error.message : String(error) }
}
