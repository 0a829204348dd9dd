import { AppError } from '../spec/app-error.ts'
import type { Author } from '../spec/events/envelope.ts'

/** An agent asks, a person grants: whoever comes with another kind of token can not. @throws {AppError} 'forbidden' */
export function onlyPerson(by: Author): void {
  if (by.kind !== 'user') throw new AppError('forbidden', 'Only a person can trust an agent.')
}
