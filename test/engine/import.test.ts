import { expect, it } from 'vitest'
import type { ConversationPart, ReadConversation } from '../../src/spec/earlier-conversation.ts'
import type { SessionSetup } from '../../src/spec/ports/host-link.ts'
import { engineWorld, person, type EngineWorld } from '../support/engine-world.ts'
import { plainAgent } from '../support/plain-agent.ts'

const told = ({ history = [] }: SessionSetup) => history.map(({ text }) => text).join('')
const parts: ConversationPart[] = [
  { kind: 'prompt', text: 'The word is KIWI.', at: 1_000 },
  { kind: 'tool', tool: 'Bash', title: 'cat big', input: '{"command":"cat big"}', outcome: 'ok', output: `${'x'.repeat(40_000)}END`, at: 2_000 },
  { kind: 'message', text: 'Noted.', at: 3_000 },
]
const request = { id: 'cont1', agent: plainAgent('hello'), harness: 'scripted', workspace: { mode: 'here', path: '/work' }, continues: { harness: 'scripted', id: 'conv-1' } } as const

/** Plays a host with one conversation of the scripted program. */
async function world(more: Partial<ReadConversation> = {}, holder?: string) {
  const made = await engineWorld()
  made.connect()
  const answer = async () => {
    const list = await made.host.order('ask', ({ question }) => question.type === 'conversations')
    made.host.forget()
    made.host.say({ type: 'reply.conversations', id: list.id, lists: [{ harness: 'scripted', title: 'Scripted', conversations: [{ id: 'conv-1', title: 'The word', updatedAt: 3_000, turns: 1, ...(holder === undefined ? {} : { session: holder }) }] }] })
  }
  const answerWhole = async () => {
    const { id } = await made.host.order('ask', ({ question }) => question.type === 'conversation')
    made.host.say({ type: 'reply.conversation', id, conversation: { token: 'token-1', title: 'The word', parts, ...more } })
  }
  const open = async () => {
    const [ref] = await Promise.all([made.engine.create(request, person), answer().then(answerWhole)])
    return ref
  }
  return { ...made, answer, open }
}

async function talk({ host, command, fact }: Pick<EngineWorld, 'host' | 'command' | 'fact'>, session: string, text: string, facts: readonly Parameters<EngineWorld['fact']>[2][] = []): Promise<SessionSetup> {
  host.forget()
  await command(session, { type: 'turn.start', text })
  const { turn, setup } = await host.order('turn.run')
  for (const each of facts) await fact(session, turn, each)
  await fact(session, turn, { type: 'message', item: `m-${turn}`, text: `answer to ${text}` })
  await fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  return setup
}

it('resumes natively and tells nothing, now and in the turns after', async () => {
  const made = await world()
  const { session } = await made.open()
  const first = await talk(made, session, 'alpha', [{ type: 'harness.ready', harness: 'scripted', version: '1', resume: 'token-1' }])
  expect([first.resume, told(first)]).toEqual(['token-1', ''])
  const next = await talk(made, session, 'beta')
  expect([next.resume, told(next)]).toEqual(['token-1', ''])
})

it('tells the imported conversation when the program’s record turns out to be gone, or another program goes on', async () => {
  const made = await world()
  const { session } = await made.open()
  await made.command(session, { type: 'turn.start', text: 'alpha' })
  const { turn } = await made.host.order('turn.run')
  await made.fact(session, turn, { type: 'memory.lost', harness: 'scripted' })
  await made.fact(session, turn, { type: 'turn.settled', outcome: 'failed', reason: 'gone', advice: 'again' })
  const setup = await talk(made, session, 'alpha again')
  expect(setup.resume).toBeUndefined()
  expect(told(setup)).toMatch(/The word is KIWI\.[^]*\[Tool call\] cat big → ok[^]*END[^]*Noted\./)
  expect(told(await talk({ ...made }, session, 'beta'))).toContain('KIWI')
})

it('tells it to another program that the session switches to before its first turn', async () => {
  const made = await world()
  const { session } = await made.open()
  await made.command(session, { type: 'harness.switch', harness: 'other' })
  const { setup } = await made.host.order('switch.run')
  expect([setup.resume, told(setup).includes('KIWI')]).toEqual([undefined, true])
})

it('records it as one durable step that proposes, decides and bills nothing, with what was said when', async () => {
  const made = await world({ leftOut: 'The oldest part is not shown.' })
  const { session, view } = await made.open()
  expect(await made.types(session)).toEqual(['session.created', 'part.imported', 'part.imported', 'part.imported', 'conversation.imported'])
  expect(view).toMatchObject({ title: 'The word', titled: false, counts: { turns: 1, calls: 0, steps: 0 }, money: { microUsd: 0, source: 'none' } })
  const items = await made.store.sessions.items(session, { limit: 10 })
  expect(items.map(({ kind, at, imported }) => [kind, at, imported])).toEqual([['prompt', 1_000, true], ['tool', 2_000, true], ['message', 3_000, true], ['notice', expect.any(Number), undefined]])
  expect(items[1]).toMatchObject({ state: 'ok', actions: [], output: { bytes: 40_003 } })
  expect(items[3]).toMatchObject({ level: 'info', text: expect.stringMatching(/^Imported from Scripted: 1 turn .*The oldest part is not shown\.$/) })
  // The same request again is answered with the first; nobody is asked anything.
  made.host.forget()
  expect((await made.engine.create(request, person)).session).toBe(session)
  expect(made.host.orders).toEqual([])
})

it('keeps it over a fork there and a rewind to there', async () => {
  const made = await world()
  const { session } = await made.open()
  const fork = await made.engine.fork(session, { id: 'forked1' }, person)
  await talk(made, session, 'alpha')
  await made.command(session, { type: 'session.rewind', turn: 'imported' })
  expect(told(await talk(made, session, 'beta'))).toMatch(/^(?![^]*alpha)[^]*KIWI/)
  made.host.forget()
  await made.command(fork.session, { type: 'turn.start', text: 'gamma' })
  const { setup } = await made.host.order('turn.run')
  expect(told(setup)).toContain('KIWI')
})

it('refuses one that a session goes on with, and offers it again once that session is deleted', async () => {
  const first = await world()
  const { session } = await first.open()
  const asks = async (holder: string) => {
    const answered = first.host.order('ask', ({ question }) => question.type === 'conversations').then(({ id }) => {
      first.host.forget()
      first.host.say({ type: 'reply.conversations', id, lists: [{ harness: 'scripted', title: 'Scripted', conversations: [{ id: 'conv-1', title: 'The word', updatedAt: 3_000, session: holder }] }] })
    })
    return answered
  }
  await Promise.all([expect(first.engine.create({ ...request, id: 'cont2' }, person)).rejects.toThrow(`omni run --resume ${session}`), asks(session)])
  const [held] = await Promise.all([first.engine.conversations('/work'), asks(session)])
  expect(held[0]?.conversations).toEqual([])
  await first.engine.remove(session)
  const [free] = await Promise.all([first.engine.conversations('/work'), asks(session)])
  expect(free[0]?.conversations).toEqual([{ id: 'conv-1', title: 'The word', updatedAt: 3_000 }])
})

it('makes no session when there is no such conversation', async () => {
  const made = await world()
  await Promise.all([expect(made.engine.create({ ...request, continues: { harness: 'scripted', id: 'other' } }, person)).rejects.toThrow(/no conversation other/), made.answer()])
  expect((await made.store.index.list({ limit: 10 })).rows).toEqual([])
})
