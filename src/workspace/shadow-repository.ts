import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Git } from './git.ts'

/** Where things are in the shadow repository of one work folder, for one session. */
export interface ShadowPaths {
  readonly gitDir: string
  /** This opening's own folder: index, scratch files. */
  readonly run: string
  readonly index: string
  /** One file per checkpoint, as git keeps a ref. */
  readonly checkpoints: string
  /** Refs that keep alive what this session has seen. */
  readonly looks: string
}

export const checkpointRefs = 'omni/checkpoints'

/** Bytes are kept as they are, whatever `.gitattributes` says. `!`: git refuses an encoding that is merely switched off. */
const attributes = '* -text -crlf -eol -filter -ident !working-tree-encoding\n'
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

export const shadowFolder = (shadow: string, root: string): string => join(shadow, `${digest(root)}.git`)

/**
 * Makes the shadow repository where there is none. It appears at once and whole: whoever loses the race, or was killed on the way,
 * leaves no half one. @param gitOf makes git work on the given shadow repository
 */
export async function ensureShadow(shadow: string, root: string, gitOf: (gitDir: string) => Git): Promise<string> {
  const gitDir = shadowFolder(shadow, root)
  const isThere = () => stat(join(gitDir, 'HEAD')).then(() => true, () => false)
  if (await isThere()) return gitDir
  await mkdir(shadow, { recursive: true, mode: 0o700 })
  const fresh = await mkdtemp(join(shadow, 'new-'))
  try {
    await gitOf(fresh).init(undefined)
    await mkdir(join(fresh, 'info'), { recursive: true })
    await writeFile(join(fresh, 'info', 'attributes'), attributes)
    await writeFile(join(fresh, 'description'), `Checkpoints of ${root}\n`)
    await rename(fresh, gitDir).catch(async (error: unknown) => {
      if (!(await isThere())) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return gitDir
}

/**
 * Gives an opening its own folder, with the index of the session's last one. There is no lock: what a killed opening, or a git that
 * outlived it, still holds is in a folder that nobody looks at again.
 */
export async function takeOver(gitDir: string, home: string): Promise<ShadowPaths> {
  const session = join(gitDir, 'omni', digest(home))
  await mkdir(session, { recursive: true, mode: 0o700 })
  const earlier = await readdir(session)
  const run = await mkdtemp(join(session, 'run-'))
  const paths = { gitDir, run, index: join(run, 'index'), checkpoints: join(gitDir, 'refs', checkpointRefs), looks: join(gitDir, 'refs', 'omni', 'looks', digest(home)) }
  const indexes = await Promise.all(earlier.map(async (name) => ({ path: join(session, name, 'index'), at: await stat(join(session, name, 'index')).then(({ mtimeMs }) => mtimeMs, () => 0) })))
  const newest = indexes.toSorted((left, right) => right.at - left.at)[0]
  if (newest !== undefined && newest.at > 0) {
    // What is to be read again goes first: killed in between, everything is read anew.
    await rename(join(dirname(newest.path), 'young'), join(run, 'young')).catch(() => undefined)
    await rename(newest.path, paths.index)
  }
  await Promise.all(earlier.map((name) => rm(join(session, name), { recursive: true, force: true })))
  return paths
}

/** A ref of ours is one small file that we alone write: git's locks, which a kill leaves behind, are not needed. */
export async function writeRef({ run }: ShadowPaths, folder: string, name: string, hash: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = join(run, `ref-${name}`)
  await writeFile(draft, `${hash}\n`)
  await rename(draft, join(folder, name))
}
