import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readlink, lstat, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createOffOmnibox } from '../../../src/omnibox/off/off-omnibox.ts'
import type { Box } from '../../../src/spec/ports/box.ts'
import type { Clock } from '../../../src/spec/ports/clock.ts'
import type { FileChanges, Workspace, WorkspacePlace } from '../../../src/spec/ports/workspace.ts'
import { createWorkspaces } from '../../../src/workspace/open-workspaces.ts'
import type { WorkspaceLimits } from '../../../src/workspace/workspace-limits.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { realClock } from '../../support/real-clock.ts'

/** A work folder on the real disk, real git, and a real box. */
export class WorkspaceWorld {
  readonly base: string
  readonly box: Box
  readonly #opened: Workspace[] = []

  static async make(): Promise<WorkspaceWorld> {
    const base = await mkdtemp(join(tmpdir(), 'omni-workspace-'))
    await mkdir(join(base, 'work'))
    const box = await createOffOmnibox({ clock: realClock, ids: countingIds() }).open({ name: 'off', workspace: join(base, 'work'), home: base })
    return new WorkspaceWorld(base, box)
  }

  constructor(base: string, box: Box) {
    this.base = base
    this.box = box
  }

  get work(): string {
    return join(this.base, 'work')
  }

  get shadow(): string {
    return join(this.base, 'shadow')
  }

  async open(more: Partial<WorkspacePlace> & { limits?: Partial<WorkspaceLimits>; clock?: Clock; session?: string } = {}): Promise<Workspace> {
    const { limits = {}, clock = realClock, session = 'one', ...place } = more
    const workspaces = createWorkspaces({ clock, searchPath: '/usr/bin:/bin:/usr/local/bin', limits })
    const opened = await workspaces.open({ box: this.box, workspace: this.work, home: join(this.base, session), shadow: this.shadow, ...place })
    this.#opened.push(opened)
    return opened
  }

  path(path: string): string {
    return join(this.work, path)
  }

  async write(path: string, content: string | Buffer = `${path}\n`): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true })
    await writeFile(this.path(path), content)
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), 'utf8')
  }

  /** `file text`, `link target`, `folder`, `nothing`. */
  async state(path: string): Promise<string> {
    const stats = await lstat(this.path(path)).catch(() => undefined)
    if (stats === undefined) return 'nothing'
    if (stats.isSymbolicLink()) return `link ${await readlink(this.path(path))}`
    return stats.isDirectory() ? 'folder' : `file ${await this.read(path)}`
  }

  /** As the user would, with an own identity. */
  git(...args: string[]): string {
    const env = { PATH: '/usr/bin:/bin:/usr/local/bin', HOME: this.base, GIT_CONFIG_NOSYSTEM: '1' }
    return execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@example.org', '-c', 'init.defaultBranch=main', ...args], { cwd: this.work, env, encoding: 'utf8' }).trim()
  }

  async end(): Promise<void> {
    await Promise.all(this.#opened.map((workspace) => workspace.close()))
    await this.box.close()
    await rm(this.base, { recursive: true, force: true })
  }
}

/** `kind path`, one a line. */
export const told = ({ files }: FileChanges): string[] => files.map(({ kind, path }) => `${kind} ${path}`)
