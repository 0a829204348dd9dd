import { verifyChain } from '../../src/spec/log/verify-chain.ts'
import type { Command, CommandResult } from '../../src/spec/commands.ts'
import type { ServerPolicies } from '../../src/policy/server-policies.ts'
import type { OpenAsk } from '../../src/spec/view/session-view.ts'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { type Fault, SimWorld } from './sim-world.ts'

export interface ScheduleResult {
  readonly problems: readonly string[]
  readonly hits: SimWorld['hits']
  readonly crashes: readonly string[]
  /** How many calls really ran. */
  readonly executed: number
}

const prompts = 3
const maxRounds = 40_000

/**
 * Plays one schedule: a client makes a session and sends prompts until each is acknowledged, the world breaks where the
 * schedule says and is mended, until everything is quiet. Then an oracle that does not trust our log compares what the
 * client was told, what ran outside, and what the log says.
 */
export async function runSchedule(faults: readonly Fault[], homeDir: string, policies?: ServerPolicies): Promise<ScheduleResult> {
  const world = new SimWorld(faults, homeDir, policies)
  const approver = new Approver(world, 'ses_sim')
  const session = 'ses_sim'
  const acknowledged = new Map<string, CommandResult>()
  await until(world, async () => {
    const { engine } = world
    if (engine === undefined) return false
    return engine.create({ id: 'sim', agent: { name: 'sim', hash: 'h', spec: {} }, harness: 'sim', sandbox: 'off', workspace: { mode: 'here', path: homeDir } }, { kind: 'user', id: 'local' }).then(() => true, () => false)
  })
  for (let each = 1; each <= prompts; each += 1) {
    const command: Command = { id: `prompt${each}`, type: 'turn.start', text: `do calls=${each}` }
    await until(world, async () => {
      const result = await world.attempt(session, command)
      if (result !== undefined) acknowledged.set(command.id, result)
      return result !== undefined
    })
  }
  // Ordered while prompts wait, as a person would; made between two of them, whatever breaks.
  await until(world, async () => {
    const result = await world.attempt(session, { id: 'switch', type: 'harness.switch', harness: 'other' })
    if (result !== undefined) acknowledged.set('switch', result)
    return result !== undefined
  })
  const go = 'queue.run'
  let goes = 0
  await until(world, async () => {
    const view = await world.engine?.describe(session).then((ref) => ref.view, () => undefined)
    for (const ask of view?.asks ?? []) await approver.answer(ask)
    if (view?.queueHeld === true) await world.attempt(session, { id: `go${(goes += 1)}`, type: go })
    return view !== undefined && view.turn === undefined && view.queue.length === 0 && view.switching === undefined
  })
  return { problems: [...judge(world, session, acknowledged), ...approver.judge(), ...world.problems.map(String)], hits: world.hits, crashes: world.crashes, executed: world.outside.executed.size }
}

/** A person who says yes to every second card, always the same to the same, until it is acknowledged. */
class Approver {
  readonly #world: SimWorld
  readonly #session: string
  /** What was said, by call. */
  readonly #said = new Map<string, 'allow' | 'deny'>()
  readonly #acknowledged = new Set<string>()

  constructor(world: SimWorld, session: string) {
    this.#world = world
    this.#session = session
  }

  async answer({ approval, call, digest }: Pick<OpenAsk, 'approval' | 'call' | 'digest'>): Promise<void> {
    const answer = this.#said.get(call) ?? (this.#said.size % 2 === 0 ? 'allow' : 'deny')
    this.#said.set(call, answer)
    // The turn may have ended meanwhile, and its card with it: then there is nothing to answer.
    const result = await this.#world.engine?.command(this.#session, { id: `answer-${approval}`, type: 'approval.answer', approval, digest, answer }, { kind: 'user', id: 'local' }).catch(() => undefined)
    if (result !== undefined) this.#acknowledged.add(call)
  }

  *judge(): Generator<string> {
    const log = this.#world.durable(this.#session)
    const about = (type: string, call: string) => log.filter((event) => event.type === type && (event.data as { call?: string }).call === call)
    for (const key of this.#world.outside.executed.keys()) {
      const call = key.slice(this.#session.length + 1)
      const asked = about('approval.requested', call).length > 0
      if (asked && this.#said.get(call) !== 'allow') yield `${key} ran, and the person said ${this.#said.get(call) ?? 'nothing'}`
    }
    for (const call of this.#acknowledged) {
      const refused = about('tool.completed', call).some((event) => (event.data as { outcome: string }).outcome === 'denied')
      if (this.#said.get(call) === 'deny' && !refused) yield `${call} was refused by the person, and the log does not say so`
      if (about('policy.decided', call).length !== 1) yield `${call} was decided ${about('policy.decided', call).length} times`
    }
  }
}

/** Lets the world move until `done`; mends it and moves its clock when nothing else happens. */
async function until(world: SimWorld, done: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    world.mend()
    let answered = false
    const asked = done().then((yes) => {
      answered = true
      return yes
    })
    // A process that died in the middle never answers: enough turns of the loop decide that.
    for (let turn = 0; turn < 200 && !answered; turn += 1) {
      await new Promise(setImmediate)
      if (turn % 20 === 19) world.clock.runNext(10_000)
    }
    if (answered && (await asked)) return
    await new Promise(setImmediate)
    world.clock.runNext(10_000)
  }
  throw new Error(`the world never became quiet after ${world.crashes.join(', ')}`)
}

function* judge(world: SimWorld, session: string, acknowledged: ReadonlyMap<string, CommandResult>): Generator<string> {
  const log = world.durable(session)
  const data = (event: Envelope) => event.data as Record<string, unknown>
  const of = (type: string) => log.filter((event) => event.type === type)
  for (const { seq, problem } of verifyChain(log).problems) yield `event ${seq} ${problem}`
  for (const [id, result] of acknowledged) {
    const made = of(id === 'switch' ? 'switch.requested' : 'queue.added').filter((event) => event.cause === id)
    if (made.length !== 1) yield `acknowledged ${id} is in the log ${made.length} times`
    else if (id !== 'switch' && data(made[0] as Envelope)['prompt'] !== result.prompt) yield `${id} was answered with another prompt than the log has`
  }
  const started = of('turn.started')
  const prompted = new Map(started.map((event) => [event.turn ?? '', data(event)['prompt']]))
  if (new Set(prompted.values()).size !== started.length) yield 'a prompt was started twice'
  for (const event of started) {
    const ends = of('turn.ended').filter((end) => end.turn === event.turn)
    if (ends.length !== 1) yield `turn ${event.turn} ended ${ends.length} times`
  }
  const switched = of('harness.switched').length + of('switch.failed').length
  if (switched !== 1) yield `the switch was settled ${switched} times`
  const change = of('harness.switched')[0]
  for (const event of started) {
    const wanted = change !== undefined && event.seq > change.seq ? 'other' : 'sim'
    if (data(event)['harness'] !== wanted) yield `turn ${event.turn} ran on ${String(data(event)['harness'])}, not on ${wanted}`
  }
  for (const [turn, count] of world.outside.prompted) if (count !== 1) yield `the program got turn ${turn} ${count} times`
  for (const key of world.outside.unapproved) yield `${key} ran without a durable release`
  for (const [key, count] of world.outside.executed) {
    if (count !== 1) yield `${key} ran ${count} times`
    const call = key.slice(session.length + 1)
    const completed = of('tool.completed').filter((event) => data(event)['call'] === call)
    // Once as it came, and before that at most once as unknown.
    const known = completed.filter((event) => data(event)['outcome'] !== 'unknown')
    if (known.length > 1) yield `${key} has ${known.length} results`
    if (completed.length === 0) yield `${key} ran and has no result, not even unknown`
  }
  const sources = log.flatMap((event) => (event.src === undefined ? [] : [`${event.src.epoch}/${event.src.n}/${event.type}/${JSON.stringify(data(event)['call'] ?? '')}`]))
  if (new Set(sources).size !== sources.length) yield 'a fact was recorded twice'
}
