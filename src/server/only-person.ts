import { AppError } from '../spec/app-error.ts'
import type { Author } from '../spec/events/envelope.ts'

/**
 * An agent asks, a person grants: whoever comes with another kind of token can not.
 * @param act what only a person can do, for the message
 * @throws {AppError} 'forbidden'
 */
export function onlyPerson(by: Author, act = 'trust an agent'): void {
  if (by.kind !== 'user') throw new AppError('forbidden', `Only a person can ${act}.`)
}
