/**
 * A small host for `host-crash.test.ts`: opens a box, starts a program with children, prints their pids as one JSON line
 * and lives until it is killed. Argument: the launcher to use.
 */
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { detectLauncher } from '../../src/omnibox/off/detect-launcher.ts'
import type { LauncherKind } from '../../src/omnibox/off/launcher.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

const kinds: readonly LauncherKind[] = ['bwrap', 'unshare', 'group']
const kind = kinds.find((name) => name === process.argv[2]) ?? 'group'
if ((await detectLauncher([kind])) === undefined) {
  console.log(JSON.stringify({ kind: 'none', pids: [] }))
  process.exit(0)
}
const box = await createOffOmnibox({ clock: realClock, ids: countingIds(), launchers: [kind] }).open({ name: 'off', workspace: tmpdir(), home: tmpdir() })
const script = kind === 'group' ? 'echo ready; exec sleep 320' : 'setsid sleep 321 & (sleep 322 &); sleep 0.1; echo ready; exec sleep 323'
const program = box.spawn({ file: 'sh', args: ['-c', script], cwd: tmpdir(), env: { PATH: '/usr/bin:/bin' } })
await once(program.stdout, 'data')
const processes = await box.processes()
console.log(JSON.stringify({ kind, uid: process.getuid?.(), pids: processes.map(({ pid }) => pid), commands: processes.map(({ command }) => command) }))
setInterval(() => undefined, 60_000)
