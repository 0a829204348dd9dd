import { createClient, type Client } from '../client/create-client.ts'
import { ensureServer, findServer } from '../app/local-server.ts'
import { foregroundClock } from '../app/system-clock.ts'
import { AppError } from '../spec/app-error.ts'
import type { CommandContext } from './command.ts'

export interface OpenClient {
  readonly client: Client
  readonly url: string
  readonly token: string
}

/** A client of the user's local server, which is started when none runs. */
export async function openClient(context: CommandContext): Promise<OpenClient> {
  const { url, token } = await ensureServer(context.config)
  return { client: createClient({ baseUrl: url, token, clock: foregroundClock }), url, token }
}

const hostWithinMs = 10_000
const lookEveryMs = 100

/** The same once the machine's host is attached: a server that has just started waits for it. Later than 10 s the question itself says what is wrong. */
export async function openWithHost(context: CommandContext): Promise<OpenClient> {
  const open = await openClient(context)
  const until = foregroundClock.now() + hostWithinMs
  while ((await open.client.status()).hosts.length === 0 && foregroundClock.now() < until) await new Promise<void>((resolve) => foregroundClock.after(lookEveryMs, resolve))
  return open
}

/** A client of the server that runs now. @throws {AppError} 'unavailable' when none does. */
export async function openRunning(context: CommandContext): Promise<OpenClient> {
  const found = await findServer(context.config)
  if (found === undefined) throw new AppError('unavailable', 'No server is running. Start one with: omni server start')
  return { client: createClient({ baseUrl: found.url, token: found.token, clock: foregroundClock }), url: found.url, token: found.token }
}

/** The page's address for one session; the fragment signs the browser in and never reaches a server's log. */
export function pageAddress(url: string, token: string, session?: string): string {
  return `${url}/${session === undefined ? '' : `s/${session}`}#token=${token}`
}

/** `ses_…`, or an address that ends in one. @throws {AppError} 'invalid'. */
export function readSessionRef(text: string): string {
  const found = /(ses_[\w-]{1,120})/.exec(text)?.[1]
  if (found === undefined) throw new AppError('invalid', `"${text}" is no session id (ses_…) and no address of one. List them with: omni sessions`)
  return found
}
