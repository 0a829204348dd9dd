import { AppError } from '../../spec/app-error.ts'

// Primary result codes. @see https://sqlite.org/rescode.html
const busy = 5
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

/** Primary SQLite result code of an error, undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

/** Makes what the disk or the file refuses into an error that says what to do. Other errors stay as they are: bugs. */
export function explainDatabaseError(error: unknown, path: string): unknown {
  const because = (code: 'unavailable' | 'unsupported', message: string) => new AppError(code, message, { cause: error, details: { path } })
  switch (sqliteCode(error)) {
    case busy: return because('unavailable', `Another omni server is using ${path}. Stop it with "omni server stop", or use another directory.`)
    case readOnly: return because('unavailable', `${path} can not be written. Nothing was stored. Make the file and its directory writable, then try again.`)
    case ioError: return because('unavailable', `The disk refused to read or write ${path}. Nothing was stored. Check the disk and the free space, then try again.`)
    case full: return because('unavailable', `The disk that holds ${path} is full. Nothing was stored. Free some space, then try again.`)
    case cannotOpen: return because('unavailable', `${path} can not be opened. Check that its directory exists and can be written.`)
    case corrupt: return because('unavailable', `${path} is damaged. Stop the server and restore the directory from a backup.`)
    case notADatabase: return because('unsupported', `${path} is not a database of this program. Move it away or use another directory.`)
    default: return error
  }
}
