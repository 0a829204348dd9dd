import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import type { EarlierConversations } from '../../src/spec/ports/earlier-conversations.ts'
import type { ToEngine, ToHost } from '../../src/spec/ports/host-link.ts'
import { hostWorld, scriptedProgram } from '../support/host-world.ts'

type Question = Extract<ToHost, { type: 'ask' }>['question']

/** A host whose scripted program has records of two conversations in `folder`. */
async function world(more: { earlier?: Partial<EarlierConversations> } = {}) {
  const places: unknown[] = []
  const earlier: EarlierConversations = {
    list: async (place) => {
      places.push(place.workspace)
      return [{ id: 'conv-2', token: 'token-2', title: 'Second\n\u001b[2J', updatedAt: 2, turns: 4 }, { id: 'conv-1', token: 'token-1', title: 'First', updatedAt: 1 }]
    },
    read: async (_place, id) => ({ parts: [{ kind: 'prompt', text: `of ${id} \ud800` }] }),
    find: async () => undefined,
    ...more.earlier,
  }
  const made = await hostWorld({ adapters: [{ ...createScriptedAdapter({ node: process.execPath, program: scriptedProgram }), earlier }] })
  let asked = 0
  const ask = async (question: Question): Promise<ToEngine> => {
    const id = `req_${(asked += 1)}`
    made.order({ type: 'ask', id, question })
    const answer = () => made.heard.find((message) => 'id' in message && message.id === id)
    await expect.poll(answer).toBeDefined()
    return answer() as ToEngine // Proof: polled for.
  }
  return { ...made, places, list: () => ask({ type: 'conversations', workspace: made.workspace }), ask }
}

it('lists what the programs have, cleaned, with the session that goes on with it', async () => {
  const made = await world()
  expect(await made.list()).toMatchObject({ lists: [{ harness: 'scripted', conversations: [{ id: 'conv-2', title: 'Second ␛[2J', turns: 4 }, { id: 'conv-1', title: 'First' }] }] })
  const read = await made.ask({ type: 'conversation', workspace: made.workspace, harness: 'scripted', conversation: 'conv-1', session: 'ses_9' })
  expect(read).toMatchObject({ conversation: { token: 'token-1', title: 'First', parts: [{ kind: 'prompt', text: 'of conv-1 \ufffd' }] } })
  const lists = JSON.stringify(await made.list())
  expect(lists).toContain('"id":"conv-1","title":"First","updatedAt":1,"session":"ses_9"')
  // How a program is gone on with is nobody's business but the host's and the log's.
  expect(lists).not.toContain('token')
})

it('looks under the folder’s real path, as programs write it down', async () => {
  const made = await world()
  const link = join(made.homeDir, 'link')
  await mkdir(join(made.workspace, 'sub'))
  await symlink(join(made.workspace, 'sub'), link)
  await made.ask({ type: 'conversations', workspace: link })
  expect(made.places).toEqual([join(made.workspace, 'sub')])
})

it('brings the record along, for programs with a folder of their own, and no file that a link leads to', async () => {
  let file = ''
  const made = await world({ earlier: { find: async () => ({ file, within: 'sessions/conv-1.jsonl' }) } })
  const read = (session: string) => made.ask({ type: 'conversation', workspace: made.workspace, harness: 'scripted', conversation: 'conv-1', session })
  file = join(made.workspace, 'record')
  await writeFile(file, 'as it was said')
  expect(await read('ses_9')).toMatchObject({ type: 'reply.conversation' })
  const brought = join(made.homeDir, 'sessions', 'ses_9', 'brought')
  expect([await readFile(join(brought, 'scripted.jsonl'), 'utf8'), JSON.parse(await readFile(join(brought, 'scripted.json'), 'utf8'))]).toEqual(['as it was said', { token: 'token-1', within: 'sessions/conv-1.jsonl' }])
  await symlink(file, join(made.workspace, 'link'))
  file = join(made.workspace, 'link')
  expect(await read('ses_10')).toMatchObject({ type: 'reply.failed', message: expect.stringContaining('ELOOP') })
})

it('lets one that can not be read hide nothing else, and refuses what is not there', async () => {
  const made = await world({ earlier: { read: async () => undefined } })
  const read = (harness: string, conversation: string) => made.ask({ type: 'conversation', workspace: made.workspace, harness, conversation, session: 'ses_9' })
  for (const [harness, conversation] of [['scripted', '../../etc/passwd'], ['scripted', 'conv-1'], ['nothing', 'conv-1']] as const) expect(await read(harness, conversation)).toMatchObject({ type: 'reply.failed' })
  expect(JSON.stringify(await made.list())).not.toContain('ses_9')
  expect(await made.ask({ type: 'conversations', workspace: '/nowhere/at/all' })).toMatchObject({ type: 'reply.failed', message: expect.stringContaining('/nowhere/at/all') })
  const broken = await world({ earlier: { list: () => Promise.reject(new Error('disk')) } })
  expect(await broken.list()).toMatchObject({ lists: [{ harness: 'scripted', conversations: [], problem: expect.stringContaining('disk') }] })
})
