import { decodeBody, type Bytes } from '../answer/decode-body.ts'
import type { JsonObject } from '../dialects/dialect.ts'
import { isObject } from './estimate-request.ts'

/** The most that the services themselves take in one request. */
export const maxRequestBytes = 32 * 1024 * 1024

/**
 * The JSON object that a request's body is, its content encoding removed. A problem is a sentence for the client. Of a name that
 * stands twice the last one counts, so what is sent on has to be written anew: a service might take the first.
 */
export async function readRequestBody(body: Bytes, encoding: string | undefined): Promise<{ readonly json: JsonObject } | { readonly problem: string }> {
  const decoded = decodeBody(body, encoding)
  if (decoded === undefined) return { problem: `Requests encoded as "${encoding ?? ''}" can not be read here.` }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of decoded) {
    bytes += chunk.length
    if (bytes > maxRequestBytes) return { problem: `The request is larger than ${maxRequestBytes / 1024 / 1024} MiB.` }
    chunks.push(chunk)
  }
  try {
    const json: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return isObject(json) ? { json } : { problem: 'The request is no JSON object.' }
  } catch {
    return { problem: 'The request is no JSON.' }
  }
}
