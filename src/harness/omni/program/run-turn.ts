import type { Turn, TurnPlace } from '../../child-loop/program/turn.ts'
import { askModel } from './ask-model.ts'

/** One turn of our own loop. @see Loop */
export async function runTurn(turn: Turn, { transcript, desk }: TurnPlace): Promise<void> {
  const { signal, steers } = turn.order
  for (;;) {
    const { calls } = await turn.step(askModel)
    if (calls.length > 0) {
      const results = await Promise.all(calls.map((call) => desk.run(call, turn.next('c'), signal)))
      await transcript.add({ role: 'tool', results })
    }
    signal.throwIfAborted()
    if (calls.length === 0 && steers.length === 0) return
  }
}
