import { createReadStream } from 'node:fs'
import { AppError } from '../spec/app-error.ts'
import { readLines } from '../base/line-splitter.ts'
import { type LogReport, verifyLines } from '../store/verify/verify-log.ts'

const maxLineBytes = 64 * 1024 * 1024

/** Verifies an exported log without a server. @throws {AppError} 'not_found' when the file can not be read. */
export async function verifyFile(path: string): Promise<LogReport> {
  try {
    return await verifyLines(readLines(createReadStream(path), maxLineBytes))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EISDIR')) throw new AppError('not_found', `Cannot read ${path}.`, { cause })
    throw cause
  }
}

/** Verifies an export that arrives as a stream, as a server sends it. */
export function verifyStream(stream: AsyncIterable<Uint8Array>): Promise<LogReport> {
  return verifyLines(readLines(stream, maxLineBytes))
}
