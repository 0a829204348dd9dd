import type { Action, ActionKind } from '../spec/actions.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'

const rule = 'engine/plan-mode'
const reading: ReadonlySet<ActionKind> = new Set(['file.read', 'model.call'])
/** May only look, and may do more: a person says. */
const unsure: ReadonlySet<ActionKind> = new Set(['exec', 'mcp.call', 'net.request', 'spawn', 'other'])

/**
 * What plan mode says of a call: reading goes, changes do not, and what could be either is asked. It holds whatever the
 * program believes its mode to be. Undefined when it has nothing to say.
 */
export function planModeVerdict(actions: readonly Action[]): RuleVerdict | undefined {
  const open = actions.filter(({ kind }) => !reading.has(kind))
  const changing = open.find(({ kind }) => !unsure.has(kind))
  if (changing !== undefined) return { rule, verdict: 'deny', message: `the session is in plan mode, in which nothing is changed (${changing.kind}). Say what you would do instead.` }
  return open.length === 0 ? undefined : { rule, verdict: 'ask', message: 'the session is in plan mode, and this call may change something' }
}
