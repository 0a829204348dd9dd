import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { readEntry } from '../../src/omnibox/process/process-table.ts'

const program = join(import.meta.dirname, 'crash-host.ts')
const nobody = 65_534
const users = process.getuid?.() === 0 ? ['root', 'nobody'] : ['ourselves']

it.each(users.flatMap((user) => ['bwrap', 'unshare', 'group'].map((launcher) => [launcher, user] as const)))(
  'a host killed with -9 takes its box along (%s, as %s)',
  async (launcher, user) => {
    const identity = user === 'nobody' ? { uid: nobody, gid: nobody } : {}
    const host = spawn(process.execPath, [program, launcher], { cwd: '/tmp', env: { PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'pipe', 'inherit'], ...identity })
    const [line] = await once(createInterface({ input: host.stdout }), 'line')
    const { kind, pids }: { kind: string; pids: number[] } = JSON.parse(String(line))
    if (kind === 'none') return // This machine does not allow this launcher for this user.
    expect(pids).toHaveLength(launcher === 'group' ? 1 : 3)
    expect(pids.every((pid) => readEntry(pid) !== undefined)).toBe(true)
    host.kill('SIGKILL')
    await expect.poll(() => pids.filter((pid) => readEntry(pid) !== undefined), { timeout: 5_000 }).toEqual([])
  },
)
