import { pageText } from './page-text.ts'
import { ToolFailure } from './workspace-files.ts'

const maxBytes = 2 * 1024 * 1024
const maxChars = 60_000
const withinMs = 30_000
const maxRedirects = 5

/** What `fetch` is, so that tests need no network. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>

/**
 * A page as text. A redirect is followed on the same host only: another host was not asked for, so the model is told
 * where it leads and may ask.
 * @throws {ToolFailure} in plain words, also when there is no network.
 */
export async function fetchPage(url: string, { fetch, signal }: { readonly fetch: Fetch; readonly signal: AbortSignal }): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)])
  let place = new URL(url)
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const response = await fetch(place.href, { redirect: 'manual', signal: limit, headers: { accept: 'text/html, text/*;q=0.9, */*;q=0.5', 'user-agent': 'omnigent' } }).catch((error: unknown) => refuse(error, place, signal))
    const next = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (next === null) return await readPage(response, place, signal)
    await response.body?.cancel()
    const target = new URL(next, place)
    if (target.host !== place.host) return `${place.href} leads to another host: ${target.href}\nFetch that address if you want it.`
    place = target
  }
  throw new ToolFailure(`${url} leads in circles: more than ${maxRedirects} redirects.`)
}

async function readPage(response: Response, place: URL, signal: AbortSignal): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (!/^text\/|json|xml|javascript|yaml|^$/.test(type)) {
    await response.body?.cancel()
    throw new ToolFailure(`${place.href} is ${type}, not text. Download it in the shell if you need it.`)
  }
  const { text, whole } = await readLimited(response).catch((error: unknown) => refuse(error, place, signal))
  const plain = /html/.test(type) ? pageText(text) : text
  const cut = plain.length > maxChars || !whole ? `\n[cut: ${whole ? `${plain.length} characters` : `more than ${maxBytes} bytes`} in all]` : ''
  const body = `${plain.slice(0, maxChars).toWellFormed()}${cut}`
  if (!response.ok) throw new ToolFailure(`${place.href} answered ${response.status} ${response.statusText}.\n${body.slice(0, 2_000)}`)
  return body === '' ? `${place.href} answered with nothing.` : body
}

async function readLimited(response: Response): Promise<{ text: string; whole: boolean }> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    text += decoder.decode(chunk, { stream: true })
    if (bytes > maxBytes) return { text, whole: false } // Leaving the loop cancels the rest.
  }
  return { text: text + decoder.decode(), whole: true }
}

function refuse(error: unknown, place: URL, signal: AbortSignal): never {
  signal.throwIfAborted()
  if (error instanceof Error && error.name === 'TimeoutError') throw new ToolFailure(`${place.host} did not answer within ${withinMs / 1_000} seconds.`)
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : String(error)
  throw new ToolFailure(`${place.host} can not be reached: ${cause}. There may be no network here; go on without it.`)
}
