import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readFile, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../../src/omnibox/linux/linux-omnibox.ts'
import type { Box } from '../../../src/spec/ports/box.ts'
import type { Collected, MadeWorktree, WorktreeOrder, Worktrees } from '../../../src/spec/ports/worktrees.ts'
import { createWorktrees, type WorktreesOptions } from '../../../src/workspace/worktree/create-worktrees.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { realClock } from '../../support/real-clock.ts'

/** A user's repository on the real disk, real git, and a real box of ours to work on it. */
export class WorktreeWorld {
  readonly base: string
  readonly worktrees: Worktrees
  #box: Box | undefined

  static async make({ init = [], files = { 'a.txt': 'one\n', 'src/b.txt': 'two\n' }, ...options }: { readonly init?: readonly string[]; readonly files?: Readonly<Record<string, string>> } & Partial<WorktreesOptions> = {}): Promise<WorktreeWorld> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'omni-trees-')))
    const world = new WorktreeWorld(base, options)
    onTestFinished(() => world.end())
    for (const folder of ['user', 'trees', 'states', 'home', 'machine', 'marks']) await mkdir(join(base, folder))
    world.git('init', '-q', '-b', 'main', ...init, '.')
    for (const [path, content] of Object.entries(files)) await world.write(path, content)
    if (Object.keys(files).length > 0) world.commitAll('first')
    return world
  }

  constructor(base: string, options: Partial<WorktreesOptions> = {}) {
    this.base = base
    this.worktrees = createWorktrees({ clock: realClock, searchPath, ...options })
  }

  get user(): string {
    return join(this.base, 'user')
  }

  get tree(): string {
    return join(this.base, 'trees', 'child')
  }

  get state(): string {
    return join(this.base, 'states', 'child')
  }

  /** The private git directory. */
  get private(): string {
    return join(this.state, 'git')
  }

  /** Put up once: what it shows is there by then. */
  async box(more: { readonly reads?: readonly string[]; readonly writes?: readonly string[] } = {}): Promise<Box> {
    const at = (name: string) => join(this.base, name)
    this.#box ??= await createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state: at('machine') }, dir: at('machine/boxes'), netnsProgram: [] })
      .open({ name: 'workspace', workspace: this.user, home: at('home'), reads: more.reads ?? [], writes: [at('trees'), at('states'), ...(more.writes ?? [])] })
    return this.#box
  }

  async order(more: Partial<WorktreeOrder> = {}): Promise<WorktreeOrder> {
    return { box: await this.box(), repository: this.user, path: this.tree, branch: 'omni/tree/child', state: this.state, ...more }
  }

  async makeChild(more: Partial<WorktreeOrder> = {}, signal?: AbortSignal): Promise<MadeWorktree> {
    return this.worktrees.make(await this.order(more), signal)
  }

  async collect(): Promise<Collected> {
    return this.worktrees.collect({ box: await this.box(), state: this.state })
  }

  /** As the user would, with an own identity. */
  git(...args: readonly string[]): string {
    return this.gitIn(this.user, ...args)
  }

  gitIn(cwd: string, ...args: readonly string[]): string {
    return execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@example.org', '-c', 'protocol.file.allow=always', ...args], { cwd, env: { PATH: searchPath, HOME: join(this.base, 'home'), GIT_CONFIG_NOSYSTEM: '1' }, encoding: 'utf8', stdio: 'pipe' }).trimEnd()
  }

  /** As the child would: its box covers `.git` with the private directory. */
  child(...args: readonly string[]): string {
    return this.gitIn(this.tree, `--git-dir=${this.private}`, `--work-tree=${this.tree}`, ...args)
  }

  /** The child commits a file. Gives the commit. */
  async childCommits(path = 'new.txt', content = 'new\n'): Promise<string> {
    await mkdir(dirname(join(this.tree, path)), { recursive: true })
    await writeFile(join(this.tree, path), content)
    this.child('add', '-A')
    this.child('commit', '-qm', `child: ${path}`)
    return this.child('rev-parse', 'HEAD')
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.user, path)), { recursive: true })
    await writeFile(join(this.user, path), content)
  }

  commitAll(message: string): string {
    this.git('add', '-A')
    this.git('commit', '-qm', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** In a box like a child's, with bubblewrap put up by hand: `.git` covered, objects to read. */
  async inChildBox(made: MadeWorktree, script: string): Promise<string> {
    const words = ['--unshare-user', '--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp',
      '--bind', made.path, made.path, '--ro-bind', made.gitFile, join(made.path, '.git'), '--bind', made.gitDir, made.gitDir, ...made.objects.flatMap((path) => ['--ro-bind', path, path]),
      '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin', '--setenv', 'HOME', '/tmp', '--chdir', made.path, 'sh', '-c', `exec 2>&1; ${script}`]
    const child = spawn('bwrap', words, { stdio: ['ignore', 'pipe', 'pipe'] })
    return (await text(child.stdout)) + (await text(child.stderr))
  }

  /** A program that leaves a file when it runs; gives its path. */
  async trap(name: string): Promise<string> {
    const path = join(this.base, 'states', `trap-${name}`)
    await writeFile(path, `#!/bin/sh\ntouch "${join(this.base, 'states')}/RAN-${name}"\ntouch "${join(this.base, 'trees')}/RAN-${name}"\ncat\n`, { mode: 0o755 })
    return path
  }

  /** Traps that ran. */
  async sprung(): Promise<string[]> {
    return (await Promise.all(['states', 'trees'].map((folder) => readdir(join(this.base, folder))))).flat().filter((name) => name.startsWith('RAN-'))
  }

  /** Everything of the user's that nobody else may move, byte for byte: refs, configuration, hooks, his index; with `objects` all of that too. */
  async snapshot({ objects = false, worktrees = true }: { readonly objects?: boolean; readonly worktrees?: boolean } = {}): Promise<Record<string, string>> {
    const found: Record<string, string> = {}
    const walk = async (folder: string): Promise<void> => {
      for (const entry of await readdir(join(this.user, folder), { withFileTypes: true })) {
        const path = join(folder, entry.name)
        if ((path === '.git/objects' && !objects) || (path === '.git/worktrees' && !worktrees)) continue
        if (entry.isDirectory()) await walk(path)
        else if (entry.isSymbolicLink()) found[path] = `link ${await readlink(join(this.user, path))}`
        else found[path] = createHash('sha256').update(await readFile(join(this.user, path))).digest('hex')
      }
    }
    await walk('.')
    return found
  }

  async end(): Promise<void> {
    await this.#box?.close()
    await rm(this.base, { recursive: true, force: true })
  }
}

export const searchPath = '/usr/bin:/bin:/usr/local/bin'
export const exists = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false)
