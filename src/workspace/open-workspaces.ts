import { realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { WorkspacePlace, Workspaces } from '../spec/ports/workspace.ts'
import { createGit } from './git.ts'
import { watchedParts } from './marks.ts'
import { OpenWorkspace } from './open-workspace.ts'
import { rawOf, type RawPath } from './raw-path.ts'
import { ensureShadow, takeOver } from './shadow-repository.ts'
import { defaultLimits, type WorkspaceLimits } from './workspace-limits.ts'

export interface WorkspacesOptions {
  readonly clock: Clock
  /** Where git is looked for: a PATH of folders that no agent writes to. */
  readonly searchPath: string
  readonly limits?: Partial<WorkspaceLimits>
}

/** Change feed and checkpoints by shadow repositories; see the port for the contract. */
export function createWorkspaces({ clock, searchPath, limits: own }: WorkspacesOptions): Workspaces {
  const limits = { ...defaultLimits, ...own }
  return {
    async open(place) {
      const root = await realFolder(place.workspace)
      const gitOf = (gitDir: string) => createGit({ box: place.box, clock, searchPath, root, gitDir, maxMs: limits.maxGitMs })
      const paths = await ensureShadow(place.shadow, root, gitOf).then((gitDir) => takeOver(gitDir, place.home), refused)
      return new OpenWorkspace({
        git: gitOf(paths.gitDir), root, paths, limits, clock, home: place.home,
        watch: [...watchedParts, ...(place.watch ?? [])], omit: await ownFolders(root, place),
      })
    },
  }
}

async function realFolder(path: string): Promise<string> {
  const root = await realpath(path).catch(() => undefined)
  if (root === undefined || !(await stat(root)).isDirectory()) throw new AppError('not_found', `The work folder ${path} is not there. Make it again, or start a session in another folder.`)
  return root
}

/** Where the work folder is a home folder, our own folders are in it: they are no work. */
async function ownFolders(root: string, { shadow, home }: WorkspacePlace): Promise<RawPath[]> {
  const inside = await Promise.all([shadow, home].map(async (folder) => relative(root, await realpath(folder).catch(() => folder))))
  return inside.filter((path) => path !== '' && path !== '..' && !path.startsWith(join('..', '/')) && !path.startsWith('/')).map(rawOf)
}

function refused(error: unknown): never {
  if (error instanceof AppError) throw error
  throw new AppError('unavailable', `The folder for checkpoints can not be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}
