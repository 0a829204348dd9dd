import type { Usage } from '../../spec/events/usage.ts'
import { count, type JsonRecord, record } from '../json-program.ts'

/** Tokens as the protocol names them; undefined when the program said nothing. */
export function usageOf(usage: JsonRecord, inputHoldsCached: boolean): Usage | undefined {
  if (usage['outputTokens'] === undefined) return undefined
  const cached = count(usage['cachedReadTokens'])
  const reasoning = count(usage['thoughtTokens'])
  return {
    input: Math.max(0, count(usage['inputTokens']) - (inputHoldsCached ? cached : 0)), output: count(usage['outputTokens']), cacheRead: cached,
    ...(usage['cachedWriteTokens'] === undefined ? {} : { cacheWrite: count(usage['cachedWriteTokens']) }), ...(reasoning === 0 ? {} : { reasoning }),
  }
}

/** The usage in the answer to a prompt: the protocol's member, or the older form in its `_meta`. */
export function replyUsage(reply: JsonRecord, inputHoldsCached: boolean): Usage | undefined {
  const counted = record(record(record(reply['_meta'])['quota'])['token_count'])
  const older = counted['output_tokens'] === undefined ? undefined : { input: count(counted['input_tokens']), output: count(counted['output_tokens']) }
  return usageOf(record(reply['usage']), inputHoldsCached) ?? older
}
