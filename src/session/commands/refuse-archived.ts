import { AppError } from '../../spec/app-error.ts'

/** For commands that need a session people still work in. @throws {AppError} 'conflict' */
export function refuseArchived(archived: boolean): void {
  if (archived) throw new AppError('conflict', 'The session is archived. Unarchive it first.')
}
