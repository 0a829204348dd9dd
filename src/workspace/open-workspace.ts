import { rm } from 'node:fs/promises'
import { AppError } from '../spec/app-error.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { Checkpoint, FileChanges, KeptChanges, RestoreRequest, RestoreResult, Workspace } from '../spec/ports/workspace.ts'
import { dropCheckpoint, findCheckpoint, readCheckpoints, storeCheckpoint } from './checkpoint-record.ts'
import { compareLooks } from './compare-looks.ts'
import { isGitFailure, type TreeEntry } from './git.ts'
import { shownPath, type RawPath } from './raw-path.ts'
import { readRepository } from './read-repository.ts'
import { checkPath, restorePaths } from './restore-paths.ts'
import { writeRef, type ShadowPaths } from './shadow-repository.ts'
import { takeLook, type Look, type LookPlace } from './take-look.ts'

export interface OpenWorkspaceDeps extends Omit<LookPlace, 'index' | 'run'> {
  readonly paths: ShadowPaths
  readonly clock: Clock
  readonly home: string
}

type Signal = AbortSignal | undefined

/** One session's opening of a work folder. Its methods run one after the other. */
export class OpenWorkspace implements Workspace {
  readonly #deps: OpenWorkspaceDeps
  #order: Promise<unknown> = Promise.resolve()
  #isClosed = false
  /** The last look of this opening. */
  #look: Look | undefined
  /** What `changes` counts from. */
  #base: Look | undefined
  /** What `restore` made of paths since then. */
  readonly #own = new Map<RawPath, TreeEntry | undefined>()
  #ignored: Look['notCovered'] = []

  constructor(deps: OpenWorkspaceDeps) {
    this.#deps = deps
  }

  checkpoint(label: string, signal?: AbortSignal): Promise<Checkpoint> {
    return this.#inTurn(() => this.#checkpoint(label, signal))
  }

  changes(signal?: AbortSignal): Promise<FileChanges> {
    return this.#inTurn(async () => (await this.#changes(signal)).changes)
  }

  keep(label: string, always: boolean, signal?: AbortSignal): Promise<KeptChanges> {
    return this.#inTurn(async () => {
      // Where a checkpoint is sure to be made, the repository is read meanwhile; what goes wrong with that is told once it is waited for.
      const early = always ? this.#repository(signal) : undefined
      early?.catch(() => undefined)
      const { changes, look } = await this.#changes(signal).catch(async (error: unknown) => {
        await early?.catch(() => undefined)
        throw error
      })
      if (!always && changes.files.length === 0) return changes
      return { ...changes, checkpoint: await this.#store(label, { look, repository: await (early ?? this.#repository(signal)) }, signal) }
    })
  }

  changesSince(checkpoint: string, signal?: AbortSignal): Promise<FileChanges> {
    return this.#inTurn(async () => {
      const { git, limits } = this.#deps
      const { look: before } = await findCheckpoint(git, checkpoint, signal)
      return this.#withIgnored(await compareLooks({ git, before, after: await this.#takeLook(signal), maxListed: limits.maxListed }, signal))
    })
  }

  restore({ to, paths }: RestoreRequest, signal?: AbortSignal): Promise<RestoreResult> {
    return this.#inTurn(async () => {
      const { git, root } = this.#deps
      for (const { path } of paths) checkPath(path)
      const stored = new Map((await readCheckpoints(git, signal)).map(({ checkpoint }) => [checkpoint.id, checkpoint.tree]))
      const treeOf = (id: string) => stored.get(id) ?? missing(id)
      const wanted = new Map(paths.map(({ path, left }) => [path, treeOf(left)]))
      const target = treeOf(to)
      const before = await this.#checkpoint('Before going back', signal)
      const plan = { to: target, now: before.tree, paths: [...wanted].map(([path, left]) => ({ path, left })) }
      const { restored, unchanged, conflicts } = await restorePaths({ git, root, run: this.#deps.paths.run }, plan, signal)
      for (const [path, entry] of restored) this.#own.set(path, entry)
      const after = await this.#checkpoint('After going back', signal, [...restored.keys()])
      return { restored: [...restored.keys()].map(shownPath), unchanged, conflicts, before, after }
    })
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return this.#inTurn(async () => (await readCheckpoints(this.#deps.git, undefined)).map(({ checkpoint }) => checkpoint))
  }

  prune(keep: (checkpoint: Checkpoint) => boolean, signal?: AbortSignal): Promise<number> {
    return this.#inTurn(async () => {
      const { git, paths } = this.#deps
      const dropped = (await readCheckpoints(git, signal)).filter(({ checkpoint }) => !keep(checkpoint))
      for (const { checkpoint } of dropped) await dropCheckpoint(paths, checkpoint.id)
      if (dropped.length > 0) await git.collect(signal)
      return dropped.length
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#order
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new AppError('unavailable', 'The work folder is closed.'))
    const done = this.#order.then(work)
    this.#order = done.catch(() => undefined) // Told to whoever asked; the next one runs all the same.
    return done
  }

  async #changes(signal: Signal): Promise<{ readonly changes: FileChanges; readonly look: Look }> {
    const { git, limits, paths } = this.#deps
    const isFirst = this.#look === undefined
    const look = await this.#takeLook(signal)
    const before = this.#base ?? look
    const changes = await compareLooks({ git, before, after: look, maxListed: limits.maxListed, own: this.#own }, signal)
    if (this.#base?.tree !== look.tree) await writeRef(paths, paths.looks, 'base', look.tree)
    this.#base = look
    this.#own.clear()
    return { changes: isFirst ? this.#withIgnored(changes) : changes, look }
  }

  async #checkpoint(label: string, signal: Signal, also: readonly RawPath[] = []): Promise<Checkpoint> {
    return await this.#store(label, { look: await this.#takeLook(signal, also), repository: await this.#repository(signal) }, signal)
  }

  #repository(signal: Signal): Promise<Checkpoint['repository']> {
    const { git, root, paths } = this.#deps
    return readRepository({ git, root, run: paths.run }, signal)
  }

  async #store(label: string, { look, repository }: { readonly look: Look; readonly repository: Checkpoint['repository'] }, signal: Signal): Promise<Checkpoint> {
    const { git, paths, clock, home } = this.#deps
    const notCovered = [...look.notCovered, ...this.#ignored]
    return await storeCheckpoint({ git, paths }, { ...look, notCovered }, { label, at: clock.now(), home, ...(repository === undefined ? {} : { repository }) }, signal)
  }

  async #takeLook(signal: Signal, also: readonly RawPath[] = []): Promise<Look> {
    const { paths } = this.#deps
    // Left by a git that was stopped: nobody else works in this folder.
    await rm(`${paths.index}.lock`, { force: true })
    const place: LookPlace = { ...this.#deps, index: paths.index, run: paths.run }
    const request = { known: this.#look?.tree, also, withIgnored: this.#look === undefined }
    const look = await takeLook(place, request, signal).catch(async (error: unknown) => {
      if (!isGitFailure(error)) throw error
      // An index that was damaged, or that names what is gone: everything is read anew, once.
      await rm(paths.index, { force: true })
      return await takeLook(place, { ...request, known: undefined }, signal)
    })
    if (request.withIgnored) this.#ignored = look.notCovered.filter(({ reason }) => reason === 'ignored')
    const seen: Look = { ...look, notCovered: look.notCovered.filter(({ reason }) => reason !== 'ignored') }
    if (seen.tree !== this.#look?.tree) await writeRef(paths, paths.looks, 'now', seen.tree)
    if (this.#base === undefined) {
      await writeRef(paths, paths.looks, 'base', seen.tree)
      this.#base = seen
    }
    this.#look = seen
    return seen
  }

  #withIgnored(changes: FileChanges): FileChanges {
    return { ...changes, notCovered: [...changes.notCovered, ...this.#ignored] }
  }
}

function missing(id: string): never {
  throw new AppError('not_found', `There is no checkpoint ${id} of this work folder; it may have been dropped.`)
}
