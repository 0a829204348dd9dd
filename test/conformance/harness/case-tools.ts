import { existsSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import type { HarnessSession, ProposedCall, Verdict } from '../../../src/spec/ports/harness.ts'
import type { HarnessWorld } from './harness-world.ts'

export const usesModel = (world: HarnessWorld) => world.adapter.id !== 'scripted'
export const planned = (world: HarnessWorld) => world.stub.requests.filter((request) => !request.side)
/** Everything that reached the model. */
export const sent = (world: HarnessWorld) => JSON.stringify(planned(world).map((request) => request.body))
/** The last thing that reached the model. */
export const lastSent = (world: HarnessWorld) => JSON.stringify(planned(world).at(-1)?.body)
/** The calls that passed the gate and change something. A program may ask for reads too: of its own, or to show a change. */
export const changing = (world: HarnessWorld) => world.calls.filter((call) => call.actions.some((action) => action.kind !== 'file.read'))

export async function refuseSecrets(call: ProposedCall): Promise<Verdict> {
  return JSON.stringify(call.input).includes('secret') ? { type: 'deny', reason: 'not-in-this-house' } : { type: 'allow' }
}

/** A gate that waits: `asked` resolves with the first call, `answer` lets every call go. */
export function heldGate() {
  const asked = Promise.withResolvers<ProposedCall>()
  const answer = Promise.withResolvers<Verdict>()
  return { authorize: (call: ProposedCall) => (asked.resolve(call), answer.promise), asked: asked.promise, answer: answer.resolve }
}

/** A turn that stalls after its first words, once some of them have arrived; `running` ends with the turn. */
export async function speaking(world: HarnessWorld, session: HarnessSession) {
  const before = world.signals.length
  const running = world.run(session, [{ say: 'I begin and then I ', deltas: 3 }, { stall: true }])
  await world.next((signal) => signal.type === 'text', before)
  return { running }
}

export async function killProgram(world: HarnessWorld, session: HarnessSession): Promise<void> {
  for (const each of await world.box.processes()) if (session.keeps(each)) process.kill(each.pid, 'SIGKILL')
}

/** The token of the conversation. It is told once the program has written its record, which takes as long as it takes. */
export async function tokenOf(world: HarnessWorld): Promise<string> {
  if (world.adapter.capabilities.resume) await world.next((signal) => signal.type === 'resume', 0)
  return world.signals.flatMap((signal) => (signal.type === 'resume' ? [signal.token] : [])).at(-1) ?? ''
}

/** Real time passes in the program; only the file system says when. */
export async function untilExists(path: string): Promise<void> {
  const ending = new AbortController()
  const changes = watch(join(path, '..'), { signal: ending.signal })
  if (existsSync(path)) return ending.abort()
  for await (const _ of changes) if (existsSync(path)) return ending.abort()
}
