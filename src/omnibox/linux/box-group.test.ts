import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openBoxGroup } from './box-group.ts'

it('holds nothing in a folder that is no control group, and leaves nothing there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'omni-group-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const group = await openBoxGroup({ memory: 1024 ** 3, pids: 9 }, [{ version: 2, folder, kinds: ['memory', 'pids'] }, { version: 1, folder, kinds: ['pids'] }])
  expect(group).toMatchObject({ kinds: [], enter: [] })
  expect(await readdir(folder)).toEqual([])
  await group.close()
})
