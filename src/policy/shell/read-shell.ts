import type { Action } from '../../spec/actions.ts'
import type { ShellFacts, ShellNeed, ShellPlace } from './facts.ts'
import { newReading } from './reading.ts'
import { reader, readText } from './read-text.ts'
import { newScope } from './scope.ts'
import type { Walk } from './walk-state.ts'

export interface ShellReading {
  /** Every command of the line and of what it leads to as `exec`, each followed by the actions it stands for. */
  readonly actions: readonly Action[]
  /** Not answered yet; the reading is final when this is empty. */
  readonly needs: readonly ShellNeed[]
  /** Keys of the facts that the reading rests on. */
  readonly followed: readonly string[]
}

/**
 * Says what a shell line does, without running it. Pure: facts of the machine are asked for in `needs`, and the caller reads
 * again with the answers until nothing is asked. What cannot be told is an `exec` with `opaque` reasons. Never throws on any text.
 * It classifies intent and confines nothing: what the line really does is up to the sandbox and the gateway.
 */
export function readShell(line: string, place: ShellPlace, facts: ShellFacts): ShellReading {
  const reading = newReading(facts)
  const walk: Walk = {
    reading, source: line, depth: -1, nesting: 0, scope: newScope(place.cwd, place.home), jumps: [], returns: [], locals: new Set(), input: 'inherited', doubts: [], calls: [], reader,
  }
  readText(walk, line, { same: true })
  for (;;) {
    const [next] = reading.uncalled
    if (next === undefined) break
    reading.uncalled.delete(next[0])
    next[1]()
  }
  if (reading.exceeded !== undefined) reading.actions.push({ kind: 'exec', command: line.slice(0, 200), opaque: [reading.exceeded], outbound: 'unknown' })
  return { actions: reading.actions, needs: [...reading.needs.values()], followed: [...reading.followed] }
}
