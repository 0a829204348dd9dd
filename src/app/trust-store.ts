import { readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../spec/app-error.ts'
import { TrustAsk, trustHash } from '../spec/trust/trust-card.ts'

/**
 * What a person trusted on this machine, version 1: one JSON file (0600) a yes, in a folder (0700) of `~/.omnigent/trust`.
 * `cards/<hash>.json` holds until what is asked changes; `sessions/<session>.json` for that session alone, and
 * `projects/<session>.json` for what its work folder has to run. A file that
 * others could have written is refused, not read.
 */
export const TrustRecord = z.strictObject({
  version: z.literal(1),
  hash: trustHash,
  name: z.string(),
  /** Epoch milliseconds. */
  trustedAt: z.number(),
  /** What was on the card: a later version that finds more to ask for asks again. */
  asks: z.array(TrustAsk),
})
export type TrustRecord = z.infer<typeof TrustRecord>

export type TrustStore = ReturnType<typeof openTrustStore>

/** @param dir `~/.omnigent/trust`; made when something is trusted */
export function openTrustStore(dir: string) {
  const cards = join(dir, 'cards')
  const sessions = join(dir, 'sessions')
  const projects = join(dir, 'projects')
  const all = async (folder: string) => (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json')).flatMap((file) => readRecord(join(folder, file)) ?? [])
  return {
    /** @throws {AppError} 'forbidden' when others could have written the file; the same for all that read. */
    remembered: (hash: string): TrustRecord | undefined => readRecord(fileIn(cards, hash)),
    granted: (session: string): TrustRecord | undefined => readRecord(fileIn(sessions, session)),
    grantedProject: (session: string): TrustRecord | undefined => readRecord(fileIn(projects, session)),
    /** Newest first. */
    list: async (): Promise<TrustRecord[]> => (await all(cards)).toSorted((left, right) => right.trustedAt - left.trustedAt),
    remember: (record: TrustRecord): Promise<void> => writeRecord(cards, record.hash, record),
    grant: (session: string, record: TrustRecord): Promise<void> => writeRecord(sessions, session, record),
    grantProject: (session: string, record: TrustRecord): Promise<void> => writeRecord(projects, session, record),
    /** Takes back a yes: for later sessions, and for those that run on it. Answers how many were taken back. */
    async remove(hash: string): Promise<number> {
      const held = await Promise.all([sessions, projects].map(async (folder) => (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json')).map((file) => join(folder, file))))
      const files = [fileIn(cards, hash), ...held.flat()].filter((file) => readRecord(file)?.hash === hash)
      for (const file of files) await rm(file)
      return files.length
    },
    async forget(session: string): Promise<void> {
      for (const folder of [sessions, projects]) await rm(fileIn(folder, session), { force: true })
    },
  }
}

function fileIn(folder: string, name: string): string {
  if (!/^[\w-]{1,128}$/.test(name)) throw new AppError('invalid', 'That is no hash and no session id.')
  return join(folder, `${name}.json`)
}

function readRecord(path: string): TrustRecord | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  if (found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) throw new AppError('forbidden', `${path} could have been written by others, so nothing is trusted by it. Remove it, or make it yours alone: chmod 600 ${path}`)
  const result = TrustRecord.safeParse(parsed(readFileSync(path, 'utf8')))
  if (!result.success) throw new AppError('invalid', `${path} can not be read, so nothing is trusted by it. Remove it; you will be asked again.`, { cause: result.error })
  return result.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Said by the caller, as any other content that does not fit.
    return undefined
  }
}

/** Whole or not at all: a crash leaves no half file that would be read as a yes. */
async function writeRecord(folder: string, name: string, record: TrustRecord): Promise<void> {
  const path = fileIn(folder, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
