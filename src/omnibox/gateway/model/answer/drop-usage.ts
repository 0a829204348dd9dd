import { isObject, member } from '../request/estimate-request.ts'
import type { Bytes } from './decode-body.ts'
import { createEventSplitter } from './split-events.ts'

const maxEventBytes = 32 * 1024 * 1024

/**
 * A Chat Completions stream without the event that only tells the usage, for a client that did not ask for it. Everything else
 * stays as it came, an unfinished end included.
 */
export async function* dropUsage(body: Bytes): AsyncGenerator<Uint8Array> {
  const splitter = createEventSplitter(maxEventBytes)
  for await (const chunk of body) {
    const kept = splitter.push(chunk).filter(({ data }) => !tellsOnlyUsage(data)).map(({ raw }) => raw).join('')
    if (kept !== '') yield Buffer.from(kept)
  }
  const rest = splitter.end()
  if (rest !== '') yield Buffer.from(rest)
}

function tellsOnlyUsage(data: string): boolean {
  if (!data.includes('"usage"')) return false
  try {
    const chunk: unknown = JSON.parse(data)
    const choices = member(chunk, 'choices')
    return isObject(member(chunk, 'usage')) && Array.isArray(choices) && choices.length === 0
  } catch {
    return false
  }
}
