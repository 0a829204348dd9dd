import { z } from 'zod'
import type { ErrorBody } from '../spec/api/http.ts'
import { AppError, type ErrorCode } from '../spec/app-error.ts'

/** The one table from codes to HTTP. */
export const statusOfCode = {
  invalid: 400, unauthorized: 401, forbidden: 403, untrusted: 403, not_found: 404, conflict: 409, too_large: 413, unsupported: 422,
  timeout: 504, unavailable: 503, internal: 500,
} as const satisfies Record<ErrorCode, number>

export interface ErrorReply {
  readonly status: (typeof statusOfCode)[ErrorCode]
  readonly body: ErrorBody
}

/** What a client is told. A bug tells nothing of its inside; `report` gets it whole. */
export function errorReply(error: unknown, report: (error: unknown) => void): ErrorReply {
  if (error instanceof AppError) {
    if (error.code === 'internal') report(error)
    const { code, message, details } = error
    return { status: statusOfCode[code], body: { error: { code, message, ...(details === undefined ? {} : { details }) } } }
  }
  report(error)
  return { status: 500, body: { error: { code: 'internal', message: 'Something went wrong in the server. Its log has the details.' } } }
}

/** Checks bytes from outside against a schema. @throws {AppError} 'invalid' naming each problem and its place. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, place: string): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const problems = result.error.issues.slice(0, 20).map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
  const first = problems[0]
  const where = first === undefined || first.path === '' ? place : `${place}: ${first.path}`
  throw new AppError('invalid', `${where}: ${first?.message ?? 'does not fit'}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`, { details: problems })
}
