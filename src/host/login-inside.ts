import { readFile } from 'node:fs/promises'
import type { ModelService } from '../spec/net/model-service.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { ModelProviders } from '../spec/ports/model-provider.ts'
import { TurnFailure } from './turn-failure.ts'

export interface LoginInside {
  /** The login's file as the box has it. */
  readonly text: string
  readonly services: readonly ModelService[]
}

export interface LoginQuestion {
  readonly adapter: Pick<HarnessAdapter, 'title' | 'login'>
  /** The login's file, absolute. */
  readonly path: string
  readonly providers: Pick<ModelProviders, 'places'>
  readonly clock: Clock
  /** The same for the same name as long as the session lives. */
  standIn(name: string, value: string): string
}

const elsewhere = 'Save a key for it with "omni setup", or run with --sandbox off.'

/**
 * A vendor's sign-in for a box: the program finds a file like its own, and its calls are signed outside with what the real one holds now.
 * @throws {TurnFailure} when it can not be used, with what to do
 */
export async function loginInside({ adapter: { title, login }, path, providers, clock, standIn }: LoginQuestion): Promise<LoginInside> {
  if (login?.inBox === undefined) throw new TurnFailure(`The sign-in of ${title} can not be used in a sandbox yet.`, elsewhere)
  // None there is of no known form.
  const inBox = login.inBox(await readFile(path, 'utf8').catch(() => ''), standIn)
  if (inBox === undefined || inBox.credentials.length === 0) throw new TurnFailure(`The sign-in of ${title} is of a form that is not known here (${path}).`, elsewhere)
  const { text, credentials, expiresAt } = inBox
  if (expiresAt !== undefined && expiresAt <= clock.now()) throw new TurnFailure(`The sign-in of ${title} has expired.`, `Start ${title} once by hand, which renews it; then send the prompt again.`)
  return { text, services: credentials.flatMap(({ provider, value, placeholder, headers }) => providers.places(provider).map((place) => ({ ...place, placeholder, credential: value, ...(headers === undefined ? {} : { headers }) }))) }
}
