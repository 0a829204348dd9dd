import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Box } from '../spec/ports/box.ts'
import type { Clock } from '../spec/ports/clock.ts'

/** What stands in a file, or why that cannot be told. */
export type FileText = { readonly text: string; readonly sha256: string } | { readonly absent: string }

/** A script is read, not a database. */
const maxTextBytes = 256 * 1024

/** Reads a text of the work folder, which is hostile: no FIFO is waited for, no device read. */
export async function readText(path: string): Promise<FileText> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable')
  if (typeof file === 'string') return { absent: file === 'ENOENT' ? 'missing' : 'not readable' }
  try {
    const stats = await file.stat()
    if (!stats.isFile()) return { absent: 'no plain file' }
    if (stats.size > maxTextBytes) return { absent: 'too large' }
    const bytes = await file.readFile()
    if (bytes.includes(0)) return { absent: 'binary' }
    return { text: new TextDecoder().decode(bytes), sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch {
    return { absent: 'not readable' }
  } finally {
    await file.close()
  }
}

export interface RealPath {
  /** Without symlinks, as far as there is something. */
  readonly path: string
  readonly exists: boolean
}

/** Where a path leads. What is not there yet is put behind its deepest real folder. */
export async function realPath(path: string): Promise<RealPath> {
  const rest: string[] = []
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined)
    if (real !== undefined) return { path: join(real, ...rest), exists: rest.length === 0 && (await stat(real).then(() => true, () => false)) }
    if (at === dirname(at)) return { path, exists: false }
    rest.unshift(basename(at))
  }
}

export interface GitSettings {
  /** In order; keys lower-cased as git gives them. */
  readonly config: readonly (readonly [string, string])[]
  readonly branch?: string
}

interface GitQuestion {
  readonly box: Box
  readonly clock: Clock
  /** What the agent's git would see. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly gitDir?: string
  readonly workTree?: string
  readonly signal?: AbortSignal | undefined
}

const gitMs = 3_000
const maxGitBytes = 1024 * 1024

/** The settings that git goes by in a folder; undefined where there is no repository or git does not answer. Reading them runs nothing else. */
export async function readGitSettings(question: GitQuestion): Promise<GitSettings | undefined> {
  const [list, branch] = await Promise.all([askGit(question, ['config', '--list', '-z', '--includes']), askGit(question, ['symbolic-ref', '--quiet', '--short', 'HEAD'])])
  if (list === undefined) return undefined
  const config = list.split('\0').filter((entry) => entry !== '').map((entry) => {
    const end = entry.indexOf('\n')
    return end === -1 ? ([entry, 'true'] as const) : ([entry.slice(0, end), entry.slice(end + 1)] as const)
  })
  return { config, ...(branch === undefined || branch.trim() === '' ? {} : { branch: branch.trim() }) }
}

async function askGit({ box, clock, env, cwd, gitDir, workTree, signal }: GitQuestion, args: readonly string[]): Promise<string | undefined> {
  const place = [...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`]), ...(workTree === undefined ? [] : [`--work-tree=${workTree}`])]
  const child = box.spawn({ file: 'git', args: ['--no-pager', ...place, ...args], cwd, env: { ...env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' } })
  const stop = () => void child.stop(0)
  const cancel = clock.after(gitMs, stop)
  signal?.addEventListener('abort', stop, { once: true })
  child.stdin.end()
  child.stderr.resume()
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    // Proof: the stream has an encoding.
    text += chunk as string
    if (text.length > maxGitBytes) stop()
  }
  const { code } = await child.exited
  cancel()
  signal?.removeEventListener('abort', stop)
  return code === 0 && text.length <= maxGitBytes ? text : undefined
}
