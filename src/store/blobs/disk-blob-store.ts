/**
 * Blobs on disk, version 1: `<dir>/<first two hex digits>/<SHA-256 in hex>`, the bytes and nothing else. A file under its own
 * name is complete: it is written under `<dir>/tmp`, synced, and renamed. Its modification time is when it was last stored.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { BlobStore } from '../../spec/ports/session-store.ts'
import { BlobHash } from '../../spec/stored-text.ts'

export interface DiskBlobDeps {
  readonly dir: string
  readonly clock: Clock
  readonly faults: ReachFault
  /** True when an event names this blob. */
  isNamed(hash: string): boolean
}

export class DiskBlobStore implements BlobStore {
  readonly #deps: DiskBlobDeps
  readonly #temporary: string

  constructor(deps: DiskBlobDeps) {
    this.#deps = deps
    this.#temporary = join(deps.dir, 'tmp')
  }

  /** Makes the folders and clears what a crash left half written. */
  async prepare(): Promise<void> {
    try {
      await rm(this.#temporary, { recursive: true, force: true })
      await mkdir(this.#temporary, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw this.#refused(error)
    }
  }

  async put(bytes: Uint8Array): Promise<string> {
    this.#deps.faults('blob.put.before')
    const hash = sha256(bytes)
    const path = this.#pathOf(hash)
    try {
      const stored = await stat(path).catch(absent)
      if (stored?.size === bytes.byteLength) await this.#touch(path)
      else await this.#write(path, bytes)
    } catch (error) {
      throw this.#refused(error)
    }
    this.#deps.faults('blob.put.after')
    return hash
  }

  async get(hash: string): Promise<Uint8Array | undefined> {
    // A name from outside never becomes a path.
    if (!BlobHash.safeParse(hash).success) return undefined
    const bytes = await readFile(this.#pathOf(hash)).catch(absent)
    if (bytes === undefined) return undefined
    if (sha256(bytes) === hash) return bytes
    throw new AppError('internal', `The stored blob ${hash} is damaged. Restore ${this.#pathOf(hash)} from a backup.`, { details: { hash } })
  }

  async collect(olderThan: number): Promise<number> {
    let removed = 0
    const shards = await readdir(this.#deps.dir)
    for (const shard of shards.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      for (const hash of await readdir(join(this.#deps.dir, shard))) {
        if (!BlobHash.safeParse(hash).success) continue
        const stored = await stat(this.#pathOf(hash)).catch(absent)
        // Asked last, with nothing awaited before the removal starts.
        if (stored === undefined || stored.mtimeMs >= olderThan || this.#deps.isNamed(hash)) continue
        await rm(this.#pathOf(hash), { force: true })
        removed += 1
      }
    }
    return removed
  }

  #pathOf(hash: string): string {
    return join(this.#deps.dir, hash.slice(0, 2), hash)
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#temporary, randomUUID())
    try {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.utimes(this.#now(), this.#now())
        await file.sync()
      } finally {
        await file.close()
      }
      const shard = join(path, '..')
      const made = await mkdir(shard, { recursive: true, mode: 0o700 })
      await rename(temporary, path)
      // The rename, and a new folder, are durable only once their folders are.
      await syncFolder(shard)
      if (made !== undefined) await syncFolder(this.#deps.dir)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  /** A blob stored again is as young as a new one: the event that names it may not be written yet. */
  async #touch(path: string): Promise<void> {
    await utimes(path, this.#now(), this.#now())
  }

  #now(): Date {
    return new Date(this.#deps.clock.now())
  }

  #refused(cause: unknown): AppError {
    const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
    const advice = full ? 'is full. Free some space' : 'can not be written. Check the disk and the directory\'s permissions'
    return new AppError('unavailable', `The disk that holds ${this.#deps.dir} ${advice}, then try again. Nothing was stored.`, { cause })
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
