import { scrubKey } from '../../base/scrub-key.ts'
import type { ModelListAnswer, ModelListPlace, ModelProviders } from '../../spec/ports/model-provider.ts'
import { addressOf } from './address-of.ts'
import { providerRow, providerRows } from './catalogue.ts'
import { dialects } from './dialect.ts'
import type { ProviderRow } from './provider-row.ts'
import { placesOf } from './wire-addresses.ts'

const maxModels = 2_000
const maxBytes = 4 * 1024 * 1024
const maxWords = 300

/** The model services and their lists, over the network. */
export const modelProviders: ModelProviders = {
  all: providerRows,
  places: placesOf,
  async list(provider, place) {
    const row = providerRow(provider)
    if (row === undefined) return { type: 'unanswered', message: `There is no model service "${provider}" here. Known: ${providerRows.map((each) => each.id).join(', ')}.` }
    return ask(row, place)
  },
}

async function ask(row: ProviderRow, { apiKey, baseUrl, signal }: ModelListPlace): Promise<ModelListAnswer> {
  // A header could not carry it, and the complaint would quote it.
  if (!/^[\x21-\x7e]*$/.test(apiKey)) return { type: 'refused', message: `The key for ${row.title} is none: it holds characters that no key has.` }
  const address = addressOf(row, baseUrl ?? '')
  if ('problem' in address) return { type: 'unanswered', message: address.problem }
  const root = address.url
  const { listQuery, headers, readList } = dialects[row.dialect]
  const get = (path: string) => fetchText(root + path, { headers: headers(apiKey), signal })
  const words = (body: string) => scrubKey(wordsOf(body), apiKey).replaceAll(/\s+/g, ' ').trim().slice(0, maxWords)
  const refused = ({ status, body }: HttpAnswer): ModelListAnswer => ({ type: 'refused', message: `${row.title} answers ${status}: ${words(body)}` })
  try {
    // At another address the list is what there is.
    if (row.keyPath !== undefined && baseUrl === undefined) {
      const answer = await get(row.keyPath)
      if (isRefusal(answer.status)) return refused(answer)
    }
    const answer = await get(`/models${listQuery}`)
    if (isRefusal(answer.status)) return refused(answer)
    if (answer.status !== 200) return { type: 'unanswered', message: `${root} answers ${answer.status}: ${words(answer.body)}` }
    return { type: 'listed', models: readList(JSON.parse(answer.body)).slice(0, maxModels) }
  } catch (error) {
    return { type: 'unanswered', message: `${root} gives no list of models: ${causeOf(error)}` }
  }
}

interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** A redirect is not followed: it would carry the key to another place. */
async function fetchText(address: string, init: { headers: Readonly<Record<string, string>>; signal: AbortSignal }): Promise<HttpAnswer> {
  const response = await fetch(address, { ...init, redirect: 'manual' })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new Error(`the answer is over ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: response.status, body: Buffer.concat(chunks).toString('utf8') }
}

/** One service says 400 to a key it does not know. */
const isRefusal = (status: number): boolean => status === 400 || status === 401 || status === 403

/** What the service says to people: every dialect has `error.message`; some have `error`, `message` or `detail` as a text. */
function wordsOf(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as Record<string, unknown>
    const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)['message'] : error
    const words = [inner, message, detail].find((each) => typeof each === 'string' && each !== '')
    return typeof words === 'string' ? words : body
  } catch {
    // A page of a proxy, say: its beginning is all there is to tell.
    return body
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'ZodError' || error instanceof SyntaxError) return 'its answer has another form'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
