import { AppError } from '../../spec/app-error.ts'
import { splitRaw, type RawPath } from '../raw-path.ts'
import { runGit, type GitOutcome, type GitPlace, type GitRun } from '../run-git.ts'

/** What runs on a repository is said with each command: no hook, no program of its configuration, nothing in the background. */
const settings = [
  'core.hooksPath=/dev/null', 'core.attributesFile=/dev/null', 'core.excludesFile=/dev/null', 'core.fsmonitor=false', 'core.untrackedCache=false', 'core.splitIndex=false', 'core.alternateRefsCommand=true',
  'core.bigFileThreshold=16m', 'core.quotePath=true', 'gc.auto=0', 'maintenance.auto=false', 'pack.threads=1', 'submodule.recurse=false', 'protocol.allow=never', 'worktree.useRelativePaths=false', 'attr.tree=',
  'index.skipHash=false', 'user.name=omnigent', 'user.email=omnigent@localhost',
].flatMap((setting) => ['-c', setting])

type Run = Omit<GitRun, 'args' | 'env'>

export type UserGit = ReturnType<typeof createUserGit>

/** Every command that runs on the user's repository itself; `gitDir`: the directory of one of its checkouts. No content of files goes through these. */
export function createUserGit(place: GitPlace, gitDir: string) {
  const run = (args: readonly string[], rest: Run) => runGit(place, { args: [...settings, ...args], ...rest, env: { GIT_DIR: gitDir } })
  const idOf = async (name: string, signal: AbortSignal | undefined) => {
    const done = await run(['rev-parse', '-q', '--verify', '--end-of-options', name], { signal })
    return done.code === 0 ? line(done) : undefined
  }
  return {
    /** Its configuration, in order; keys lower-cased as git gives them. */
    async settings(signal: AbortSignal | undefined): Promise<(readonly [string, string])[]> {
      const rows = must(await run(['config', '--list', '-z'], { signal })).stdout.toString('utf8').split('\0').filter((row) => row !== '')
      return rows.map((row) => (row.includes('\n') ? [row.slice(0, row.indexOf('\n')), row.slice(row.indexOf('\n') + 1)] as const : [row, 'true'] as const))
    },
    /** The commit that a name stands for, if any. */
    commit: (name: string, signal: AbortSignal | undefined): Promise<string | undefined> => idOf(`${name}^{commit}`, signal),
    branchAt: (branch: string, signal: AbortSignal | undefined): Promise<string | undefined> => idOf(`refs/heads/${branch}`, signal),
    /** The ref that `HEAD` leads to. */
    async head(signal: AbortSignal | undefined): Promise<string | undefined> {
      const done = await run(['symbolic-ref', '-q', 'HEAD'], { signal })
      return done.code === 0 ? line(done) : undefined
    },
    /** Names of branches that begin with `prefix`, whatever the case. */
    async branches(prefix: string, signal: AbortSignal | undefined): Promise<string[]> {
      const done = must(await run(['for-each-ref', '--ignore-case', '--format=%(refname)', `refs/heads/${prefix}*`, `refs/heads/${prefix}*/**`], { signal }))
      return done.stdout.toString('utf8').split('\n').filter((row) => row !== '').map((row) => row.slice('refs/heads/'.length))
    },
    /** A linked worktree on a new branch, without files. */
    async addWorktree({ path, branch, base }: { readonly path: string; readonly branch: string; readonly base: string }, signal: AbortSignal | undefined): Promise<void> {
      must(await run(['worktree', 'add', '--quiet', '--no-checkout', '--no-track', '-b', branch, '--', path, base], { signal }))
    },
    /** False when the branch is not at `old` any more. */
    async moveBranch(branch: string, { to, old }: { readonly to: string; readonly old: string }, signal: AbortSignal | undefined): Promise<boolean> {
      const done = await run(['update-ref', '--no-deref', '-m', 'omnigent: after a turn', `refs/heads/${branch}`, to, old], { signal })
      if (done.code !== 0 && (await idOf(`refs/heads/${branch}`, signal)) === old) must(done)
      return done.code === 0
    },
    async dropBranch(branch: string, old: string, signal: AbortSignal | undefined): Promise<void> {
      must(await run(['update-ref', '--no-deref', '-d', `refs/heads/${branch}`, old], { signal }))
    },
    /** Takes objects in that were checked before. As git itself: few of them become a file each. */
    async adopt({ file, objects }: PackedObjects, signal: AbortSignal | undefined): Promise<void> {
      must(await run(objects < 100 ? ['unpack-objects', '-q'] : ['index-pack', '--stdin'], { inputFile: file, signal }))
    },
  }
}

/** Where a folder's repository is. @throws {AppError} 'not_found' | 'unsupported' */
export async function askRepository(place: GitPlace, signal: AbortSignal | undefined): Promise<{ readonly commonDir: string; readonly gitDir: string; readonly format: string; readonly isBare: boolean; readonly top: string }> {
  const questions = ['--git-common-dir', '--git-dir', '--show-object-format', '--is-bare-repository', '--show-cdup']
  const done = await runGit(place, { args: [...settings, '-c', 'safe.directory=*', 'rev-parse', '--path-format=absolute', ...questions], signal })
  if (/unknown repository (extension|version)|Expected git repo version|unknown.*(ref storage|object format)/i.test(done.stderr)) throw new AppError('unsupported', `The repository of ${place.root} needs a newer git than the one on this machine: ${done.stderr.trim().slice(0, 300)}`)
  const [commonDir = '', gitDir = '', format = '', isBare = '', top = '', ...more] = line(done).split('\n')
  if (done.code !== 0 && /not a git repository/i.test(done.stderr)) throw new AppError('not_found', `${place.root} is in no git repository. Make one with git init, or let the session work without a worktree.`)
  // With a line break in a path there are more lines.
  if (done.code !== 0 || more.length > 0 || !/^sha(1|256)$/.test(format)) throw new AppError('unavailable', `git does not tell where the repository of ${place.root} is: ${done.stderr.trim().slice(0, 300)}`)
  return { commonDir, gitDir, format, isBare: isBare === 'true', top }
}

/** A pack file, and how many objects are in it. */
export interface PackedObjects {
  readonly file: string
  readonly objects: number
}

export interface FileChange {
  readonly path: RawPath
  /** Undefined for binary files. */
  readonly added: number | undefined
  readonly removed: number | undefined
}

export type CleanGit = ReturnType<typeof createCleanGit>

/**
 * Every command that reads or writes contents. They run with a git directory of ours, which borrows objects and has no configuration
 * but ours: neither the user's programs nor the agent's are known there.
 */
export function createCleanGit(place: GitPlace, gitDir: string) {
  const run = (args: readonly string[], { files, ...rest }: Run & { readonly files?: WorkFiles }) =>
    runGit(place, {
      args: [...settings, ...args], ...rest,
      env: { GIT_DIR: gitDir, ...(files === undefined ? {} : { GIT_WORK_TREE: files.workTree, GIT_INDEX_FILE: files.index, GIT_OPTIONAL_LOCKS: '1' }) },
    })
  const isFine = async (args: readonly string[], rest: Run) => (await run(args, rest)).code === 0
  return {
    /** Writes the files of a tree where none are. */
    async checkOut(files: WorkFiles, tree: string, signal: AbortSignal | undefined): Promise<void> {
      must(await run(['read-tree', '-m', '-u', tree], { files, signal }))
    },
    /** Makes the index fit a tree, and leaves the files alone. False when the index can not be read. */
    resetIndex: async (files: WorkFiles, tree: string, signal: AbortSignal | undefined): Promise<boolean> => (await run(['read-tree', '--reset', tree], { files, signal })).code === 0,
    /** Files that differ from the index, or the index from `HEAD`, and files that are in no commit. Looks into no nested repository; the index keeps what was found out. */
    async status(files: WorkFiles, signal: AbortSignal | undefined): Promise<RawPath[] | undefined> {
      const done = await run(['status', '--porcelain=v1', '-z', '--untracked-files=normal', '--ignore-submodules=dirty', '--no-renames', '--no-ahead-behind'], { files, signal })
      return done.code === 0 ? splitRaw(done.stdout).map((row) => row.slice(3)) : undefined
    },
    /** Mode, hash and path of everything in a tree. */
    async entries(tree: string, signal: AbortSignal | undefined): Promise<{ readonly mode: string; readonly hash: string; readonly path: RawPath }[]> {
      return splitRaw(must(await run(['ls-tree', '-r', '-z', '--full-tree', tree], { signal })).stdout).map((row) => {
        const [mode = '', , hash = ''] = row.slice(0, row.indexOf('\t')).split(' ')
        return { mode, hash, path: row.slice(row.indexOf('\t') + 1) }
      })
    },
    /** Contents of small files, those that are there. */
    async texts(hashes: readonly string[], signal: AbortSignal | undefined): Promise<string> {
      return must(await run(['cat-file', '--batch'], { input: lines(hashes), signal })).stdout.toString('latin1')
    },
    /** Undefined when that can not be told: something is missing, damaged, or no commit. */
    async descends(commit: string, base: string, signal: AbortSignal | undefined): Promise<boolean | undefined> {
      const { code, stderr } = await run(['merge-base', '--is-ancestor', base, commit], { signal })
      // Of a parent that is missing it complains, and goes on as if there were none.
      return code === 0 ? true : code === 1 && !/^error:/m.test(stderr) ? false : undefined
    },
    async mergeBase(left: string, right: string, signal: AbortSignal | undefined): Promise<string | undefined> {
      const done = await run(['merge-base', left, right], { signal })
      return done.code === 0 ? line(done) : undefined
    },
    /** Everything that a commit needs and the known ones do not have; undefined when it is not whole. */
    async newObjects(commit: string, known: readonly string[], signal: AbortSignal | undefined): Promise<string[] | undefined> {
      const done = await run(['rev-list', '--objects', '--no-object-names', '--stdin'], { input: lines([commit, ...known.map((id) => `^${id}`)]), signal })
      return done.code === 0 ? rows(done) : undefined
    },
    /** True when everything that a commit needs is there. */
    isWhole: (commit: string, known: readonly string[], signal: AbortSignal | undefined): Promise<boolean> =>
      isFine(['rev-list', '--objects', '--quiet', '--stdin'], { input: lines([commit, ...known.map((id) => `^${id}`)]), signal }),
    /** Kinds and sizes in bytes, in the order of the names; undefined when one is missing or damaged. */
    async sizes(ids: readonly string[], signal: AbortSignal | undefined): Promise<{ readonly kind: string; readonly bytes: number }[] | undefined> {
      const done = await run(['cat-file', '--batch-check=%(objecttype) %(objectsize)'], { input: lines(ids), signal })
      const found = rows(done).map((row) => ({ kind: row.split(' ')[0] ?? '', bytes: Number(row.split(' ')[1]) }))
      return done.code === 0 && found.length === ids.length && found.every(({ bytes }) => Number.isInteger(bytes)) ? found : undefined
    },
    /** Packs objects into `<prefix>-<name>.pack`, each whole: what an agent packed may unfold to anything. Undefined when one can not be read. */
    async pack(ids: readonly string[], prefix: string, signal: AbortSignal | undefined): Promise<string | undefined> {
      const done = await run(['pack-objects', '-q', '--window=0', '--no-reuse-delta', prefix], { input: lines(ids), signal })
      return done.code === 0 ? `${prefix}-${line(done)}.pack` : undefined
    },
    /** Computes the names of a pack's objects from what is in them, and refuses such as git takes from no stranger. What it says is for people. */
    async checkPack(file: string, signal: AbortSignal | undefined): Promise<{ readonly isSound: boolean; readonly says: string }> {
      const done = await run(['index-pack', '--strict', file], { signal })
      return { isSound: done.code === 0, says: done.stderr.trim() }
    },
    async count(base: string, commit: string, signal: AbortSignal | undefined): Promise<number> {
      return Number(line(must(await run(['rev-list', '--count', commit, `^${base}`], { signal }))))
    },
    async trees(commits: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
      return rows(must(await run(['rev-parse', ...commits.map((id) => `${id}^{tree}`)], { signal })))
    },
    async changes(base: string, commit: string, signal: AbortSignal | undefined): Promise<FileChange[]> {
      const found = splitRaw(must(await run(['diff-tree', '-r', '-z', '--numstat', ...plain, base, commit], { signal })).stdout)
      return found.map((row) => {
        const [added = '', removed = '', ...path] = row.split('\t')
        return { path: path.join('\t'), added: added === '-' ? undefined : Number(added), removed: removed === '-' ? undefined : Number(removed) }
      })
    },
    /** @param paths when not all; a name that is not UTF-8 can not be said */
    async patch({ base, commit, paths, maxBytes }: { readonly base: string; readonly commit: string; readonly paths: readonly string[] | undefined; readonly maxBytes: number }, signal: AbortSignal | undefined): Promise<{ readonly text: string; readonly isCut: boolean }> {
      const done = await run(['diff-tree', '-r', '-p', '--full-index', '--src-prefix=a/', '--dst-prefix=b/', ...plain, base, commit, ...(paths === undefined ? [] : ['--', ...paths])], { cutAt: maxBytes, signal })
      if (done.isCut !== true) must(done)
      return { text: done.stdout.toString('utf8'), isCut: done.isCut === true }
    },
  }
}

/** A work folder, and the index to use on it. */
export interface WorkFiles {
  readonly workTree: string
  readonly index: string
}

const plain = ['--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none']

function must(outcome: GitOutcome): GitOutcome {
  if (outcome.code === 0) return outcome
  throw new AppError('unavailable', `git failed: ${outcome.stderr.trim().slice(0, 500) || `exit ${outcome.code}`}`, { details: { exitCode: outcome.code } })
}

const line = (outcome: GitOutcome): string => outcome.stdout.toString('utf8').replace(/\n$/, '')
const rows = (outcome: GitOutcome): string[] => outcome.stdout.toString('latin1').split('\n').filter((row) => row !== '')
const lines = (words: readonly string[]): Buffer => Buffer.from(words.map((word) => `${word}\n`).join(''))
