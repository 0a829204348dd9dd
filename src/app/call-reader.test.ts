import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { countingIds } from '../../test/support/counting-ids.ts'
import { realClock } from '../../test/support/real-clock.ts'
import { createOffOmnibox } from '../omnibox/off/off-omnibox.ts'
import type { Action } from '../spec/actions.ts'
import { createCallReader } from './call-reader.ts'

async function readerWorld() {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'omni-reader-')))
  const [workspace, home] = [join(dir, 'work'), join(dir, 'home')]
  await mkdir(workspace)
  await mkdir(home)
  const reader = createCallReader({ omnibox: createOffOmnibox({ clock: realClock, ids: countingIds() }), clock: realClock }, { session: 's', workspace, home, env: { PATH: '/usr/bin:/bin', HOME: home } })
  onTestFinished(async () => {
    await reader.close()
    await rm(dir, { recursive: true })
  })
  return {
    reader, workspace, home,
    file: (path: string, text: string) => writeFile(join(workspace, path), text),
    git: (...args: string[]) => execFileSync('git', ['-C', workspace, ...args]),
    read: (command: string) => reader.read([{ kind: 'exec', command, outbound: 'unknown' }]),
  }
}
const kinds = (actions: readonly Action[]) => actions.map(({ kind }) => kind)
const reasons = (actions: readonly Action[]) => actions.flatMap((action) => (action.kind === 'exec' ? (action.opaque ?? []) : []))

it('reads scripts, aliases and remotes of the machine', async () => {
  const world = await readerWorld()
  execFileSync('git', ['init', '-q', '-b', 'main', world.workspace])
  world.git('config', 'remote.origin.url', 'git@example.org:acme/app.git')
  world.git('config', 'alias.ship', 'push origin')
  await world.file('go.sh', 'git ship main\n')
  const { actions, restsOn } = await world.read('sh go.sh')
  expect(actions).toContainEqual(expect.objectContaining({ kind: 'git.push', repo: 'example.org/acme/app', ref: 'main' }))
  expect(Object.keys(restsOn)).toHaveLength(2)
  expect(await world.reader.changed(restsOn)).toBeUndefined()
  await world.file('go.sh', 'git ship main # now\n')
  expect(await world.reader.changed(restsOn)).toBe(join(world.workspace, 'go.sh'))
})

it('takes a chain of scripts that never ends for one that it cannot read', async () => {
  const world = await readerWorld()
  for (let index = 0; index < 14; index += 1) await world.file(`s${index}.sh`, index === 13 ? 'git push\n' : `sh s${index + 1}.sh\n`)
  const { actions } = await world.read('sh s0.sh')
  expect(kinds(actions).includes('git.push') || reasons(actions).length > 0).toBe(true)
  expect(reasons(actions).join()).toMatch(/too many|deep/)
})

it('waits for no FIFO and reads no binary', async () => {
  const world = await readerWorld()
  execFileSync('mkfifo', [join(world.workspace, 'pipe.sh')])
  expect(reasons((await world.read('sh pipe.sh')).actions)).not.toEqual([])
  await world.file('tool', '\u007fELF\0\0')
  expect(reasons((await world.read('./tool')).actions)).toEqual([])
})

it('says where files really are, and which are not there yet', async () => {
  const world = await readerWorld()
  await mkdir(join(world.home, '.ssh'))
  await symlink(join(world.home, '.ssh'), join(world.workspace, 'innocent'))
  await world.file('old.txt', '')
  const { actions } = await world.reader.read([{ kind: 'file.write', path: 'innocent/config', outbound: false }, { kind: 'file.write', path: 'old.txt', outbound: false }, { kind: 'file.read', path: '~/x', outbound: false }])
  expect(actions).toEqual([
    { kind: 'file.write', path: join(world.home, '.ssh/config'), outbound: false, creates: true },
    { kind: 'file.write', path: join(world.workspace, 'old.txt'), outbound: false },
    { kind: 'file.read', path: join(world.home, 'x'), outbound: false },
  ])
})
