import { readOmniCall } from '../../spec/tools/omni-tools.ts'
import { collectedText } from '../../spec/view/child-text.ts'
import { byEngine } from '../engine-author.ts'
import { startNext } from '../start-next.ts'
import type { Lane } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'
import { answerOmni, tellEntries } from './answers.ts'
import { advanceDebates, openDebates } from './debate.ts'
import { isAtRest } from './family.ts'
import { runOmni } from './run-omni.ts'

/**
 * What follows in a tree of several sessions from whatever has just happened, in the same durable step: calls of the engine's tools are
 * done that can be, a child that has come to rest is reported to its parent, and a parent with nothing else to do is woken by it. Runs until
 * nothing follows any more. All it looks at is the state, so that it makes no difference which event came last, or that the server died in between.
 */
export function react(tx: Transaction): void {
  for (let before = -1; before !== tx.state.seq;) {
    before = tx.state.seq
    for (const { session } of Object.values(tx.state.lanes)) report(tx, tx.lane(session))
    for (const { session } of Object.values(tx.state.lanes)) advanceDebates(tx, tx.lane(session))
    for (const { session } of Object.values(tx.state.lanes)) answerCalls(tx, tx.lane(session))
    for (const { session } of Object.values(tx.state.lanes)) wake(tx, tx.lane(session))
  }
}

function report(tx: Transaction, lane: Lane): void {
  const { parent, rest, reported, handle = '', title = '', said, worktree } = lane
  if (parent === undefined || rest === undefined || rest.turn === reported || !isAtRest(lane)) return
  // What a head says is the debate's.
  if (openDebates(tx.lane(parent)).some(({ heads }) => heads.some(({ child }) => child === lane.session))) return
  if (said !== undefined) tx.uses(said)
  const branch = worktree?.work === undefined ? undefined : collectedText(worktree.work, worktree.branch)
  tx.emit(parent, 'inbox.posted', {
    entry: tx.around.ids.next('prm'), child: lane.session, handle, title, outcome: rest.outcome, started: rest.started, text: said ?? { text: '' }, ...(branch === undefined ? {} : { branch }), ...(rest.reason === undefined ? {} : { reason: rest.reason }),
  }, byEngine)
}

function answerCalls(tx: Transaction, { session, calls }: Lane): void {
  for (const { call, gates, state, tool, input = '' } of Object.values(calls)) {
    if (gates !== 'omni' || state !== 'released') continue
    const read = readOmniCall(tool.replace(/^omni\./, ''), JSON.parse(input))
    const answer = read.ok ? runOmni(tx, session, read.call, call) : { text: read.problem, failed: true }
    if (answer !== undefined) answerOmni(tx, session, call, answer)
  }
}

/** One message for all that waits. A person who stopped the session is not overruled. */
function wake(tx: Transaction, { session, turn, queue, archived, inbox, rest }: Lane): void {
  if (inbox.length === 0 || turn !== undefined || queue.length > 0 || archived || rest?.outcome === 'interrupted') return
  tx.emit(session, 'queue.added', { prompt: tx.around.ids.next('prm'), text: `From your sub-agents:\n\n${tellEntries(inbox)}` }, byEngine)
  tx.emit(session, 'inbox.delivered', { entries: inbox.map(({ entry }) => entry), by: 'wake' }, byEngine)
  startNext(tx, session)
}
