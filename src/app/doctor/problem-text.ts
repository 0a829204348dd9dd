import { AppError } from '../../spec/app-error.ts'

/** What went wrong, for people, in one line: failures that they can act on, and what the system said no to. @throws the error itself when it is a bug */
export function problemText(error: unknown): string {
  if (error instanceof AppError || (error instanceof Error && 'syscall' in error)) return error.message.replaceAll(/\s*\n\s*/g, ' ')
  throw error
}
