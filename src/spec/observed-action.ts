import type { Action } from './actions.ts'
import type { FileChange } from './events/turn-data.ts'

/** So many files are listed one a line; of more the rest is counted. */
export const maxChangeLines = 60

/** What was seen to have become of a file, as an action. */
export function observedAction({ path, kind, bytes }: FileChange): Extract<Action, { kind: 'file.write' | 'file.delete' }> {
  if (kind === 'deleted') return { kind: 'file.delete', path, observed: true, outbound: false }
  return { kind: 'file.write', path, observed: true, outbound: false, ...(kind === 'created' ? { creates: true } : {}), ...(bytes === undefined ? {} : { bytes }) }
}
