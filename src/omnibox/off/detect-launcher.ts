import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { findTool, systemPath } from '../process/find-tool.ts'
import { launch } from './launcher.ts'
import type { Launcher, LauncherKind } from './launcher.ts'
import { pidNamespaceOf } from '../process/process-table.ts'

/** The best launcher that really works here: each is tried by starting one process with it. */
export async function detectLauncher(kinds: readonly LauncherKind[] = ['bwrap', 'unshare', 'group']): Promise<Launcher | undefined> {
  for (const launcher of kinds.flatMap(candidates)) {
    if (await works(launcher)) return launcher
  }
  return undefined
}

function candidates(kind: LauncherKind): Launcher[] {
  const isRoot = process.getuid?.() === 0
  const setpriv = findTool('setpriv')
  const plain: Launcher = { kind, file: undefined, setpriv: undefined, isRoot }
  if (kind === 'group') return setpriv === undefined ? [plain] : [{ ...plain, setpriv }, plain]
  const file = findTool(kind)
  if (file === undefined || (kind === 'unshare' && setpriv === undefined)) return []
  return [{ ...plain, file, setpriv }]
}

async function works(launcher: Launcher): Promise<boolean> {
  const command = { file: '/bin/sh', args: ['-c', 'readlink /proc/self/ns/pid; exit 7'], cwd: '/', env: { PATH: systemPath } }
  const { child, stdin, stdout, stderr } = launch(launcher, command, 'probe')
  stdin.on('error', () => undefined) // It may be gone before its empty input ends.
  stdin.end()
  stderr.resume()
  const failed = once(child, 'error').then(() => undefined)
  const exit = once(child, 'exit')
  exit.catch(() => undefined) // `once` rejects on 'error', which `failed` answers.
  const answer = await Promise.race([failed, Promise.all([text(stdout), exit])]).catch(() => undefined)
  if (answer === undefined || answer[1][0] !== 7) return false
  return launcher.kind === 'group' || answer[0].trim() !== `pid:[${pidNamespaceOf(process.pid)}]`
}
