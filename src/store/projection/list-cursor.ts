import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'

/** Where a page of the list ended: the row's time and the store's own number of the session. */
const Cursor = z.tuple([z.number(), z.number()])
export type Cursor = z.infer<typeof Cursor>

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** @throws {AppError} 'invalid' for anything that `writeCursor` did not write. */
export function readCursor(text: string): Cursor {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  const cursor = Cursor.safeParse(value)
  if (!cursor.success) throw new AppError('invalid', 'This cursor is not one of a session list. Start again without a cursor.')
  return cursor.data
}

/** A tree with such a row is looked at when the engine starts. */
export function isActive(row: IndexRow): boolean {
  return row.status === 'running' || row.status === 'waiting' || row.queued > 0 || row.asks > 0
}
