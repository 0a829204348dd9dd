import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { copyConversationRecord, hasConversationRecord } from './conversation-record.ts'

async function folders() {
  const dir = await mkdtemp(join(tmpdir(), 'omni-record-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const [from, to] = [join(dir, 'from'), join(dir, 'to')]
  await mkdir(to)
  await mkdir(join(from, 'projects', '-work'), { recursive: true })
  return { dir, from, to, there: [from, '.'] as const, here: [dir, 'to'] as const }
}

it('copies a conversation and leaves the source', async () => {
  const { from, to, there, here } = await folders()
  await writeFile(join(from, 'projects', '-work', 'abc.jsonl'), 'said\n')
  expect(await copyConversationRecord(there, here, 'abc')).toBe(true)
  expect(await readFile(join(to, 'projects', '-work', 'abc.jsonl'), 'utf8')).toBe('said\n')
  expect([await hasConversationRecord(there, 'abc'), await hasConversationRecord(here, 'abc')]).toEqual([true, true])
})

it('follows no link, and no way out of the folder', async () => {
  const { dir, from, there, here } = await folders()
  await writeFile(join(dir, 'secret.jsonl'), 'secret')
  await symlink(join(dir, 'secret.jsonl'), join(from, 'projects', '-work', 'abc.jsonl'))
  expect(await copyConversationRecord(there, here, 'abc')).toBe(false)
  expect(await copyConversationRecord(there, here, '../../../secret')).toBe(false)
  // A person may have put the folder itself elsewhere; an agent may not.
  await symlink(from, join(dir, 'link'))
  await writeFile(join(from, 'projects', '-work', 'def.jsonl'), 'said\n')
  expect([await hasConversationRecord([join(dir, 'link'), '.'], 'def'), await hasConversationRecord([dir, 'link'], 'def')]).toEqual([true, false])
})
