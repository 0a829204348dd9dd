import { tokensOfBytes } from '../../../../base/estimate-tokens.ts'
import type { JsonObject } from '../dialects/dialect.ts'

/** A part of a request that is not text. */
export interface Media {
  readonly tokens: number
  /** Members of the part that hold it: not counted as text. */
  readonly without: readonly string[]
}

/**
 * Tokens of a request at most: all of its texts, names and numbers, tools and system prompt included, and what `media` says of
 * parts that are not text. Walks without recursion: an agent chooses how deep its request is.
 */
export function estimateRequest(body: unknown, media: (part: JsonObject) => Media | undefined): number {
  let bytes = 0
  let tokens = 0
  const open: unknown[] = [body]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string') bytes += Buffer.byteLength(value, 'utf8') + marks
    else if (Array.isArray(value)) for (const each of value as readonly unknown[]) open.push(each)
    else if (isObject(value)) {
      const found = media(value)
      tokens += found?.tokens ?? 0
      for (const [key, member] of Object.entries(value)) {
        if (found?.without.includes(key) === true) continue
        bytes += Buffer.byteLength(key, 'utf8') + marks
        open.push(member)
      }
    } else bytes += String(value).length
  }
  return tokensOfBytes(bytes) + tokens
}

/** Quotes and what stands between two values. */
const marks = 3

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
export const member = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
