import { expect } from 'vitest'
import { readEvent, type EventType } from '../../src/spec/events/session-event.ts'
import type { HostFact, ToHost } from '../../src/spec/ports/host-link.ts'
import { engineWorld, person } from './engine-world.ts'
import { plainAgent } from './plain-agent.ts'

type Answer = Extract<ToHost, { type: 'omni.answer' }>
const sub = (name: string, more: object = {}) => plainAgent(name, { harness: ['scripted'], tools: ['read'], description: `It is ${name}.`, ...more }).spec

/** A session that leads others, its turn running; everything on its machine is played by hand. */
export async function family(options: Parameters<typeof engineWorld>[0] & { readonly limits?: object } = {}) {
  const { limits = {}, ...rest } = options
  const world = await engineWorld(rest)
  world.connect()
  const agent = plainAgent('lead', { tools: ['read', 'delegate', 'debate'], sub_agents: [sub('left'), sub('right', { tools: ['delegate'], sub_agents: [sub('deep')] }), sub('writer', { tools: ['edit'] })], limits: { depth: 4, children: 16, ...limits } })
  const { session: lead } = await world.engine.create({ id: 'lead', agent, harness: 'scripted', sandbox: 'off', workspace: { mode: 'here', path: '/work' }, prompt: 'Lead.' }, person)
  const turns = new Map<string, string>()
  const known = new Set<string>()
  /** The next turn of a session, here or still to come. */
  const runs = async (session: string): Promise<string> => {
    const { turn } = await world.host.order('turn.run', (order) => order.setup.session === session && !known.has(order.turn))
    known.add(turn)
    turns.set(session, turn)
    return turn
  }
  await runs(lead)
  let requests = 0
  let messages = 0
  const fact = (session: string, body: HostFact) => {
    const turn = turns.get(session)
    const { n } = world.host.fact({ tree: lead, session, ...(turn === undefined ? {} : { turn }) }, body)
    return world.host.acknowledged(n)
  }
  return {
    world, lead, fact, runs, turns,
    /** Calls a tool; the answer is what its host is told. */
    async call(session: string, tool: string, input: Record<string, string | readonly string[]> = {}): Promise<{ request: string; answer: Promise<Answer> }> {
      requests += 1
      const request = `omn_${requests}`
      const answer = world.host.order('omni.answer', (order) => order.request === request)
      await fact(session, { type: 'omni.called', request, tool, input: { ...input } as never })
      return { request, answer }
    },
    async ask(session: string, tool: string, input: Record<string, string | readonly string[]> = {}): Promise<Answer> {
      return (await this.call(session, tool, input)).answer
    },
    /** Starts one, and is its machine: resolves when its program has its prompt. */
    async start(by: string, name: string, title = 'A thing'): Promise<string> {
      const answer = await this.ask(by, 'delegate', { agent: name, task: 'Do it.', title })
      expect(answer).toMatchObject({ failed: false })
      const spawned = (await this.events('child.spawned', by)).at(-1)?.child ?? ''
      await runs(spawned)
      return spawned
    },
    async finishes(session: string, text: string): Promise<void> {
      messages += 1
      await fact(session, { type: 'message', item: `m${messages}`, text })
      await fact(session, { type: 'turn.settled', outcome: 'completed' })
    },
    events: async <Type extends EventType>(type: Type, session = lead) => (await world.log(lead)).map(readEvent).flatMap((event) => (event.type === type && event.session === session ? [event.data as Extract<typeof event, { type: Type }>['data']] : [])),
    prompts: async (session = lead) => (await world.log(lead)).map(readEvent).flatMap((event) => (event.type === 'turn.started' && event.session === session ? [event.data.text] : [])),
  }
}
