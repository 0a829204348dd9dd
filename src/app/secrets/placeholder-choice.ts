import { createHmac, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../spec/app-error.ts'

/**
 * The key of this host from which stand-ins are made: 32 bytes as one line of hex, made on first use, for its owner only.
 * @throws {AppError} 'invalid' for a file that is something else.
 */
export async function readPlaceholderKey(path: string): Promise<Buffer> {
  const known = await readKey(path)
  if (known !== undefined) return known
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(fresh, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600 })
  // Whoever comes second takes the first one's: two keys would be two stand-ins for one session.
  try {
    await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(fresh)
  }
  const made = await readKey(path)
  if (made === undefined) throw new AppError('unavailable', `${path} went away while it was made. Try again.`)
  return made
}

const keyBytes = 32

async function readKey(path: string): Promise<Buffer | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new AppError('unavailable', `${path} can not be read (${cause.code ?? 'unknown'}).`, { cause })
  })
  if (text === undefined) return undefined
  if (!/^[0-9a-f]{64}\n?$/.test(text)) throw new AppError('invalid', `${path} is not what was written there. Delete it: a new one is made, and running sessions get new stand-ins for their secrets.`)
  return Buffer.from(text.trim(), 'hex')
}

/**
 * The chance in a stand-in, `pick(n)` from 0 to n − 1: the same for the same key, session and secret, so that a session finds the stand-in that
 * its programs have in their environment after host or gateway started again, and nothing has to be kept.
 */
export function placeholderChoice(key: Uint8Array, session: string, secret: string): (below: number) => number {
  let block = Buffer.alloc(0)
  let at = 0
  let count = 0
  return (below) => {
    if (at === block.length) {
      block = createHmac('sha256', key).update(JSON.stringify(['placeholder', session, secret, count])).digest()
      count += 1
      at = 0
    }
    const number = block.readUInt32BE(at)
    at += 4
    return number % below
  }
}
