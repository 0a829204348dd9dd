import type { Client } from '../../client/create-client.ts'
import { AppError } from '../../spec/app-error.ts'

export type Entry = { readonly state: 'in' } | { readonly state: 'out'; readonly error: AppError | undefined }

/** Takes the token out of the address (`#token=…`), so that it stays neither there nor in the history. */
export function takeToken(): string | undefined {
  const token = tokenIn(location.hash)
  if (token !== undefined) history.replaceState(null, '', `${location.pathname}${location.search}`)
  return token
}

/** The token in what a person pasted: the bare token, or the whole address. */
export function tokenIn(text: string): string | undefined {
  const [, token] = /#token=([^&\s]+)/.exec(text) ?? []
  return token === undefined ? undefined : decodeURIComponent(token)
}

/** Swaps the token for the cookie when there is one, then asks whether the server knows this browser. */
export async function enter(client: Client, token: string | undefined): Promise<Entry> {
  try {
    if (token === undefined) await client.me()
    else await client.signIn(token)
    return { state: 'in' }
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('internal', 'Something in this page went wrong. Reload it.', { cause: error })
    return { state: 'out', error: token === undefined && known.code === 'unauthorized' ? undefined : known }
  }
}
