import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import { joinRaw, splitRaw, type RawPath } from './raw-path.ts'
import { runGit, type GitOutcome, type GitPlace, type GitRun } from './run-git.ts'

/** One file in a tree: `100644`, `100755` or `120000`, and the hash of its bytes. */
export interface TreeEntry {
  readonly mode: string
  readonly hash: string
}

export interface TreeChange {
  readonly path: RawPath
  readonly before: TreeEntry | undefined
  readonly after: TreeEntry | undefined
}

export interface IgnoreRules {
  /** The project's own list beside its `.gitignore` files. */
  readonly excludesFile: string | undefined
  /** Folders that are left out whatever the project says, relative to the work folder. */
  readonly omit: readonly RawPath[]
}

export type Git = ReturnType<typeof createGit>

/** As many files as go into one pack: git's search for doubles in it is quadratic. */
const packChunk = 4_000
/** From here on a pack is cheaper than a file for each. */
const packFrom = 200
/** Reading many bytes may take longer than finding what to read. */
const slowFactor = 10
const userMs = 10_000
const copyMs = 60_000
const absent = '000000'

/** The shadow's own settings are given with every run, so that none can be changed in a file. */
const settings = [
  'core.hooksPath=/dev/null', 'core.attributesFile=/dev/null', 'core.fsmonitor=false', 'core.untrackedCache=false', 'core.splitIndex=false', 'core.sparseCheckout=false',
  'core.autocrlf=false', 'core.safecrlf=false', 'core.compression=1', 'core.trustctime=true', 'core.checkStat=default', 'core.protectNTFS=false', 'core.quotePath=false',
  'gc.auto=0', 'gc.packRefs=false', 'pack.window=2', 'pack.threads=1', 'submodule.recurse=false', 'user.name=omnigent', 'user.email=omnigent@localhost', 'i18n.commitEncoding=UTF-8',
].flatMap((setting) => ['-c', setting])

/** Every git command that this room knows, on the shadow repository of a work folder; `index` is the path of the index to use. */
export function createGit(place: GitPlace) {
  const run = (args: readonly string[], { index, env, ...rest }: Omit<GitRun, 'args'> & { readonly index?: string }) =>
    runGit(place, {
      args: [...settings, ...args], ...rest,
      env: { ...env, GIT_DIR: place.gitDir, GIT_WORK_TREE: place.root, ...(index === undefined ? {} : { GIT_INDEX_FILE: index }) },
    })
  const update = async (index: string, args: readonly string[], input: Buffer, signal: AbortSignal | undefined) => await run(['update-index', ...args], { index, input, signal })

  return {
    async init(signal: AbortSignal | undefined): Promise<void> {
      must(await runGit(place, { args: [...settings, 'init', '--quiet', '--bare', '--template=', '--object-format=sha1', '--', place.gitDir], signal }))
    },
    /** Files the index does not know; a nested repository ends in `/`. `warnings` names folders that can not be read. */
    async untracked(index: string, { excludesFile, omit }: IgnoreRules, signal: AbortSignal | undefined): Promise<{ paths: RawPath[]; warnings: string }> {
      const excludes = excludesFile === undefined ? [] : ['-c', `core.excludesFile=${excludesFile}`]
      const done = must(await run([...excludes, 'ls-files', '-z', '--others', '--exclude-standard', ...omit.map((path) => `--exclude=/${globLiteral(path)}/`)], { index, signal }))
      return { paths: splitRaw(done.stdout), warnings: done.stderr }
    },
    /** What the project's rules leave out; a folder that is left out as a whole ends in `/`. */
    async ignored(index: string, { excludesFile }: IgnoreRules, signal: AbortSignal | undefined): Promise<RawPath[]> {
      const excludes = excludesFile === undefined ? [] : ['-c', `core.excludesFile=${excludesFile}`]
      return splitRaw(must(await run([...excludes, 'ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'], { index, signal })).stdout)
    },
    /** Files of the index that are gone, also behind a link that took a folder's place, or may have changed by what the file system says of them; nothing is read. */
    async dirty(index: string, signal: AbortSignal | undefined): Promise<{ touched: RawPath[]; gone: RawPath[] }> {
      const fields = splitRaw(must(await run(['diff-files', '-z', '--name-status', '--no-renames', '--ignore-submodules=all'], { index, signal })).stdout)
      const paths = (isGone: boolean) => fields.filter((_, at) => at % 2 === 1 && (fields[at - 1] === 'D') === isGone)
      return { touched: paths(false), gone: paths(true) }
    },
    /** Takes files as they are into the index, and out of it what is gone. False when one of them can not be read: those near it are not taken either. */
    async add(index: string, paths: readonly RawPath[], { isKnown = false }: { /** The objects are most likely there: then they need not be packed to find out. */ readonly isKnown?: boolean }, signal: AbortSignal | undefined): Promise<boolean> {
      const packed = paths.length >= packFrom && !isKnown ? ['-c', 'core.bigFileThreshold=1'] : []
      for (let start = 0; start < paths.length; start += packChunk) {
        const done = await run([...packed, 'update-index', '--add', '--remove', '--replace', '-z', '--stdin'], { index, input: joinRaw(paths.slice(start, start + packChunk)), maxMs: place.maxMs * slowFactor, signal })
        if (done.code !== 0) return false
      }
      return true
    },
    async drop(index: string, paths: readonly RawPath[], signal: AbortSignal | undefined): Promise<void> {
      must(await update(index, ['--force-remove', '-z', '--stdin'], joinRaw(paths), signal))
    },
    async setEntries(index: string, entries: ReadonlyMap<RawPath, TreeEntry>, signal: AbortSignal | undefined): Promise<void> {
      must(await update(index, ['-z', '--index-info'], joinRaw([...entries].map(([path, { mode, hash }]) => `${mode} ${hash}\t${path}`)), signal))
    },
    /** Compares the index with the files; those that differ stay marked as such. */
    async refresh(index: string, signal: AbortSignal | undefined): Promise<void> {
      await update(index, ['-q', '--refresh'], Buffer.alloc(0), signal)
    },
    async writeTree(index: string, signal: AbortSignal | undefined): Promise<string> {
      return line(must(await run(['write-tree'], { index, signal })))
    },
    /** The tree that a foreign index would make; undefined when it can not be read. */
    async foreignTree(index: string, signal: AbortSignal | undefined): Promise<string | undefined> {
      const done = await run(['write-tree', '--missing-ok'], { index, signal })
      return done.code === 0 ? line(done) : undefined
    },
    /** The plain files and symlinks of a foreign index, by path; undefined when it can not be read. */
    async foreignEntries(index: string, signal: AbortSignal | undefined): Promise<Map<RawPath, string> | undefined> {
      const done = await run(['ls-files', '-s', '-z'], { index, signal })
      if (done.code !== 0) return undefined
      return new Map(splitRaw(done.stdout).flatMap((row): [RawPath, string][] => {
        const [mode = '', hash = '', stage] = row.slice(0, row.indexOf('\t')).split(' ')
        return stage === '0' && mode !== '160000' ? [[row.slice(row.indexOf('\t') + 1), hash]] : []
      }))
    },
    /**
     * Copies objects of a foreign repository, of which nothing is believed: their names are computed from what is in them.
     * False when one of them can not be read; nothing is copied then. @param objects the folder that has them
     */
    async copyObjects(hashes: readonly string[], objects: string, scratch: string, signal: AbortSignal | undefined): Promise<boolean> {
      const maxMs = Math.min(copyMs, place.maxMs)
      const packed = await run(['pack-objects', '-q', '--window=0', scratch], { input: Buffer.from(`${hashes.join('\n')}\n`), env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects }, maxMs, signal })
      if (packed.code !== 0) return false
      const pack = `${scratch}-${line(packed)}.pack`
      return (await run(['index-pack', pack], { maxMs, signal })).code === 0 && (await adoptPack(pack, place.gitDir))
    },
    /** Makes the files of the index into those of `tree`. False, and nothing is touched, when a file is not what the index says. */
    async switchFiles(index: string, tree: string, signal: AbortSignal | undefined): Promise<boolean> {
      return (await run(['read-tree', '-m', '-u', tree], { index, signal })).code === 0
    },
    /** Writes files of the index where nothing is yet; nothing is ever overwritten. It may stop at one that can not be written: look what is there. */
    async writeNew(index: string, paths: readonly RawPath[], signal: AbortSignal | undefined): Promise<void> {
      await run(['checkout-index', '-q', '-z', '--stdin'], { index, input: joinRaw(paths), signal })
    },
    async compare(before: string, after: string, signal: AbortSignal | undefined): Promise<TreeChange[]> {
      if (before === after) return []
      const fields = splitRaw(must(await run(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', before, after], { signal })).stdout)
      const changes: TreeChange[] = []
      for (let at = 0; at + 1 < fields.length; at += 2) {
        const [oldMode = absent, newMode = absent, oldHash = '', newHash = ''] = (fields[at] ?? '').slice(1).split(' ')
        changes.push({ path: fields[at + 1] ?? '', before: oldMode === absent ? undefined : { mode: oldMode, hash: oldHash }, after: newMode === absent ? undefined : { mode: newMode, hash: newHash } })
      }
      return changes
    },
    /** The files among `paths` that are in the tree. */
    async entries(tree: string, paths: readonly string[], signal: AbortSignal | undefined): Promise<Map<RawPath, TreeEntry>> {
      const found = new Map<RawPath, TreeEntry>()
      for (let start = 0; start < paths.length; start += 100) {
        const done = must(await run(['ls-tree', '-z', '--full-tree', tree, '--', ...paths.slice(start, start + 100)], { signal }))
        for (const entry of splitRaw(done.stdout)) {
          const tab = entry.indexOf('\t')
          const [mode = '', type, hash = ''] = entry.slice(0, tab).split(' ')
          if (type === 'blob') found.set(entry.slice(tab + 1), { mode, hash })
        }
      }
      return found
    },
    /** Sizes in bytes, in the order of the hashes. */
    async sizes(hashes: readonly string[], signal: AbortSignal | undefined): Promise<number[]> {
      if (hashes.length === 0) return []
      const done = must(await run(['cat-file', '--batch-check=%(objectsize)'], { input: Buffer.from(`${hashes.join('\n')}\n`), signal }))
      return done.stdout.toString('latin1').trimEnd().split('\n').map(Number)
    },
    /** False: there is hardly anything here yet. */
    async hasPacks(): Promise<boolean> {
      return (await readdir(join(place.gitDir, 'objects', 'pack')).catch(() => [])).length > 0
    },
    /** Those of the hashes that name nothing here. */
    async missing(hashes: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
      const done = must(await run(['cat-file', '--batch-check=%(objectname)'], { input: Buffer.from(`${hashes.join('\n')}\n`), signal }))
      return done.stdout.toString('latin1').split('\n').filter((row) => row.endsWith(' missing')).map((row) => row.slice(0, row.indexOf(' ')))
    },
    /** A commit without parents. @param at epoch ms */
    async commit(tree: string, message: string, at: number, signal: AbortSignal | undefined): Promise<string> {
      const date = `@${Math.floor(at / 1000)} +0000`
      return line(must(await run(['commit-tree', tree, '-F', '-'], { input: Buffer.from(message), env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }, signal })))
    },
    /** Every commit below `refs/<folder>/`, with its tree and its message's first line. */
    async commits(folder: string, signal: AbortSignal | undefined): Promise<{ id: string; tree: string; message: string }[]> {
      const done = must(await run(['for-each-ref', '--format=%(objectname) %(tree) %(contents:subject)', `refs/${folder}/`], { signal }))
      return done.stdout.toString('utf8').split('\n').filter((row) => row !== '').map((row) => ({ id: row.slice(0, 40), tree: row.slice(41, 81), message: row.slice(82) }))
    },
    /** Frees what no ref has held for an hour. Where another process is at it already, it is left to that one. */
    async collect(signal: AbortSignal | undefined): Promise<void> {
      const done = await run(['gc', '--quiet', '--prune=1.hour.ago'], { maxMs: place.maxMs * slowFactor, signal })
      if (!done.stderr.includes('gc is already running')) must(done)
    },
    /** Asks the user's own repository, which is only read; undefined when it has no answer. */
    async user(question: 'branch' | 'head' | 'index' | 'objects', signal: AbortSignal | undefined): Promise<string | undefined> {
      const args = { branch: ['symbolic-ref', '-q', 'HEAD'], head: ['rev-parse', '-q', '--verify', 'HEAD'], index: ['rev-parse', '--git-path', 'index'], objects: ['rev-parse', '--git-path', 'objects'] }[question]
      const done = await runGit(place, { args: ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...args], maxMs: Math.min(userMs, place.maxMs), signal }).catch((error: unknown) => {
        // Its files are as hostile as any: a FIFO among them costs the answer, not the checkpoint.
        if (error instanceof AppError && error.code === 'timeout') return undefined
        throw error
      })
      return done?.code === 0 ? line(done) : undefined
    },
  }
}

/** A pack with its fresh index becomes part of the repository: the index last, because git looks for that. */
async function adoptPack(pack: string, gitDir: string): Promise<boolean> {
  const index = pack.replace(/pack$/, 'idx')
  await mkdir(join(gitDir, 'objects', 'pack'), { recursive: true })
  for (const file of [pack, index]) await rename(file, join(gitDir, 'objects', 'pack', `pack-${file.slice(file.lastIndexOf('-') + 1)}`))
  return true
}

/** git ran, and said no: the shadow's files may be damaged. */
export function isGitFailure(error: unknown): boolean {
  return error instanceof AppError && typeof error.details === 'object' && error.details !== null && 'exitCode' in error.details
}

function must(outcome: GitOutcome): GitOutcome {
  if (outcome.code === 0) return outcome
  throw new AppError('unavailable', `git failed on the shadow repository: ${outcome.stderr.trim().slice(0, 500) || `exit ${outcome.code}`}`, { details: { exitCode: outcome.code } })
}

const line = (outcome: GitOutcome): string => outcome.stdout.toString('utf8').replace(/\n$/, '')
/** As a pattern of `.gitignore` that means just this name. */
const globLiteral = (path: RawPath): string => Buffer.from(path, 'latin1').toString('utf8').replaceAll(/[\\*?[\] ]/g, '\\$&')
