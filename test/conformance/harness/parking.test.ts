import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClaudeCodeAdapter } from '../../../src/harness/claude-code/adapter.ts'
import { createCodexAdapter } from '../../../src/harness/codex/adapter.ts'
import { createPiAdapter } from '../../../src/harness/pi/adapter.ts'
import type { HarnessSignal, Verdict } from '../../../src/spec/ports/harness.ts'
import { draw } from '../../support/lane.ts'
import { realClock } from '../../support/real-clock.ts'
import { openTestGateway, type TestGateway } from '../../support/test-gateway.ts'
import { type HarnessWorld, harnessWorld, settledOf, textOf } from './harness-world.ts'

/** A person takes longer than the program's own timers; the programs are the real ones, and so are their timers. */
const adapters = { claude: createClaudeCodeAdapter(), codex: createCodexAdapter(), pi: createPiAdapter({ node: process.execPath }) }
const quietMs = 2_000
const allow: Verdict = { type: 'allow' }
let gateway: TestGateway | undefined
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway?.close())

/** Three programs at once: what they do is wait. */
async function onEach<Seen>(see: (name: keyof typeof adapters) => Promise<Seen>): Promise<Record<string, Seen>> {
  const names = Object.keys(adapters) as (keyof typeof adapters)[] // Proof: it is a literal.
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await see(name)] as const)))
}
const forEach = <Seen>(seen: Seen) => ({ claude: seen, codex: seen, pi: seen })
const worldOf = (name: keyof typeof adapters, people: Parameters<typeof harnessWorld>[1]) => harnessWorld(adapters[name], { gateway, ...people })

/** A person takes so long: the programs' timers are real, so this is, too. */
const after = (ms: number) => new Promise<void>((resolve) => void realClock.after(ms, resolve))
/** Calls of the work itself that reached the model, and how the turn ended. */
const outcome = (world: HarnessWorld, signals: readonly HarnessSignal[]) => ({ calls: world.stub.requests.filter(({ side }) => !side).length, outcomes: settledOf(signals).map((signal) => signal.outcome), text: textOf(signals) })

/** Three times what the program waits by itself; and, whole, with the timers as we set them, longer than any of them was by default. */
const waits = draw('waits of programs for people', [{ quietMs, heldMs: 3 * quietMs }, { heldMs: 11 * 60_000 }], 1)

it.each(waits)('a call to the model that waits for $heldMs ms goes once, and the turn completes', async ({ heldMs, ...timers }) => {
  const seen = await onEach(async (name) => {
    let held = false
    const world = await worldOf(name, {
      patienceMs: 2 * heldMs,
      askModel: async ({ side }) => {
        if (!side && !held) await after(heldMs)
        held ||= !side
        return allow
      },
    })
    return outcome(world, await world.run(await world.start(timers), [{ say: 'it went' }]))
  })
  expect(seen).toEqual(forEach({ calls: 1, outcomes: ['completed'], text: 'it went' }))
}, 2 * 11 * 60_000)

it.each(waits)('a tool call that waits for $heldMs ms runs once, and the turn completes', async ({ heldMs, ...timers }) => {
  const seen = await onEach(async (name) => {
    const world = await worldOf(name, {})
    const session = await world.start({ ...timers, authorize: async () => after(heldMs).then(() => allow) })
    const signals = await world.run(session, [{ shell: 'echo ran >> ran.txt; cat ran.txt' }, { say: 'it ran' }])
    return { ...outcome(world, signals), ran: signals.flatMap((signal) => (signal.type === 'tool.done' ? [signal.outcome] : [])) }
  })
  expect(seen).toEqual(forEach({ calls: 2, outcomes: ['completed'], text: 'it ran', ran: ['ok'] }))
}, 2 * 11 * 60_000)

it('a call that waits beyond patience ends the turn, readably; allowed later it goes once, with the next prompt', async () => {
  const seen = await onEach(async (name) => {
    const [asked, person] = [{ calls: 0 }, Promise.withResolvers<Verdict>()]
    const world = await worldOf(name, {
      patienceMs: 10_000,
      askModel: ({ side }) => {
        if (!side) asked.calls += 1
        return side ? Promise.resolve(allow) : person.promise
      },
    })
    const session = await world.start({ quietMs })
    const before = await world.run(session, [{ say: 'too early' }])
    const paused = { ...outcome(world, before), told: JSON.stringify(before).includes('Waiting for approval') }
    person.resolve(allow)
    const { calls, outcomes, text } = outcome(world, await world.run(session, [{ say: 'it went' }]))
    return { paused: { calls: paused.calls, outcomes: paused.outcomes, told: paused.told }, later: { calls, outcomes, text }, asked: asked.calls }
  })
  expect(seen).toEqual(forEach({ paused: { calls: 0, outcomes: ['failed'], told: true }, later: { calls: 1, outcomes: ['completed'], text: 'it went' }, asked: 1 }))
}, 120_000)
