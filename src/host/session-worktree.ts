import { mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Box, PrivateGit } from '../spec/ports/box.ts'
import type { HostFact, SessionSetup } from '../spec/ports/host-link.ts'
import type { Collected } from '../spec/ports/worktrees.ts'
import type { WorktreeResult } from '../spec/events/session-data.ts'
import type { HostOptions } from './host-options.ts'
import { TurnFailure } from './turn-failure.ts'

interface WorktreeDeps {
  readonly session: string
  /** The session's private folder. */
  readonly home: string
  readonly options: HostOptions
  fact(fact: HostFact): void
}

/** The worktree of a session that has one of its own. */
export interface SessionWorktree {
  /** Has it there, for a session that works in one. @throws {TurnFailure} why there is none */
  prepare(setup: SessionSetup): Promise<{ readonly path: string; readonly git: PrivateGit } | undefined>
  /** After a turn: takes its branch over into the user's repository, and tells what it came to. Never rejects. */
  collect(): Promise<void>
}

/** All its git runs in boxes of ours: what lies in its private directory is the agent's word. */
export function createSessionWorktree({ session, home, options, fact }: WorktreeDeps): SessionWorktree {
  const state = join(options.homeDir, 'worktrees', session)
  /** Once there is one: the repository that it is of. */
  let repository: string | undefined

  const inGitBox = async <Value>(of: string, folder: string, work: (box: Box) => Promise<Value>): Promise<Value> => {
    const box = await options.omnibox.open({ name: 'workspace', workspace: of, home, writes: [folder], state: [dirname(state)] })
    try {
      return await work(box)
    } finally {
      await box.close()
    }
  }
  const folderOf = (tree: string): string => join(options.worktrees?.folder ?? '', tree.replaceAll(/[^\w-]/g, '_'))

  return {
    async prepare({ workspace: { mode, path: of, title = '' }, tree, sandbox }) {
      const { worktrees } = options
      if (mode !== 'worktree') return undefined
      if (worktrees === undefined) throw new TurnFailure('This machine makes no worktrees.', 'Run it on another machine, or give the sub-agent "tools: [read]" and "workspace: {mode: here}".')
      if (sandbox.profile === 'off') throw new TurnFailure('A worktree needs a sandbox: without one its agent could move every branch of the repository.', 'Run it with --sandbox workspace.')
      const folder = folderOf(tree)
      for (const each of [home, dirname(state), folder]) await mkdir(each, { recursive: true, mode: 0o700 })
      const real = await realpath(of).catch(() => of)
      const known = (await worktrees.port.list(dirname(state))).find((each) => each.state === state)
      const made = await inGitBox(real, folder, async (box) => {
        const branch = known?.branch ?? (await worktrees.port.freeBranch({ box, repository: real, tree, title }))
        return worktrees.port.make({ box, state, repository: real, branch, path: known?.path ?? join(await realpath(folder), basename(branch)) })
      })
      const { path, branch, base, hadChanges, notes } = made
      repository = real
      fact({ type: 'worktree.made', path, repository: of, branch, base, hadChanges, notes: [...notes] })
      return { path, git: { file: made.gitFile, dir: made.gitDir, objects: made.objects } }
    },
    async collect() {
      const { worktrees, log } = options
      const of = repository
      if (worktrees === undefined || of === undefined) return
      const known = (await worktrees.port.list(dirname(state))).find((each) => each.state === state)
      const result = known === undefined ? undefined : await inGitBox(of, dirname(known.path), (box) => worktrees.port.collect({ box, state })).catch((error: unknown): Collected => {
        log('taking a branch over', error)
        return { type: 'refused', reason: 'broken', detail: error instanceof Error ? error.message : String(error) }
      })
      if (result !== undefined) fact({ type: 'worktree.collected', result: told(result) })
    },
  }
}

function told(result: Collected): WorktreeResult {
  if (result.type === 'refused') return result
  const { head, ahead, changed: { files, added, removed }, uncommitted, notes } = result
  return { type: 'collected', head, ahead, files, added, removed, ...(uncommitted === undefined ? {} : { uncommitted: uncommitted.files }), notes: [...notes] }
}
