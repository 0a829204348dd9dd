import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { replayExports } from '../../src/app/policy-tools/replay-exports.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { exportTree } from '../../src/store/transfer/export-tree.ts'
import { call, engineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

const pushAsks: Policy = { name: 'push', type: 'git', match: { verb: 'push' }, action: 'ask' }
const noPush: Policy = { name: 'never', type: 'git', match: { verb: 'push' }, after: { 'package.install': {} }, action: 'deny' }

async function exported() {
  const world = await engineWorld({ policies: serverPolicies([pushAsks]) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1', { actions: [{ kind: 'package.install', manager: 'npm', names: [], outbound: true }] }))
  await world.fact(session, turn, { type: 'call.done', call: 'c1', outcome: 'ok', output: 'x'.repeat(40_000), exitCode: 0 })
  await world.fact(session, turn, call('c2', { actions: [{ kind: 'git.push', outbound: true, force: false }] }))
  const lines: string[] = []
  for await (const line of exportTree(world.store, session)) lines.push(line)
  const dir = await mkdtemp(join(tmpdir(), 'omni-replay-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const write = (name: string, text: readonly string[]) => writeFile(join(dir, name), `${text.join('\n')}\n`)
  await write('a.jsonl', lines)
  const replay = (...files: readonly string[]) => replayExports({ cwd: dir }, files, { level: 'server', how: 'add', policies: [noPush] })
  return { lines, write, replay, events: (await world.log(session)).length }
}

it('reads what an export wrote, and nothing of it is decided otherwise than by the engine', async () => {
  const { replay, events } = await exported()
  const report = await replay('a.jsonl')
  expect(report).toMatchObject({ events, calls: 2, drifted: 0, differences: { blocked: { count: 1, first: [{ call: 'c2', before: 'ask', after: 'deny', rules: [{ rule: 'server/never' }] }] }, asked: { count: 0 } } })
  expect(await replay('a.jsonl')).toEqual(report)
  expect((await replay('a.jsonl', 'a.jsonl')).calls).toBe(4)
})

it('says of what is no export which line is wrong', async () => {
  const { lines, write, replay } = await exported()
  const index = lines.findIndex((line) => line.includes('tool.proposed'))
  await write('b.jsonl', lines.with(index, '{"event":{'))
  await expect(replay('b.jsonl')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(`b.jsonl:${index + 1}: is not JSON`) })
  await write('c.jsonl', lines.with(index, (lines[index] ?? '').replace('"kind":"package.install"', '"kind":"nothing"')))
  await expect(replay('c.jsonl')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(`c.jsonl:${index + 1}: `) })
  await write('d.jsonl', lines.slice(0, -1))
  await expect(replay('d.jsonl')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('d.jsonl was cut off') })
  await expect(replay('none.jsonl')).rejects.toMatchObject({ code: 'not_found' })
})
