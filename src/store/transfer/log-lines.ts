/**
 * An exported log, version 1: UTF-8 text, one JSON object per line, in this order:
 *
 *   {"omnigent-log":1,"tree":…,"events":n,"head":{"seq","hash"},"origin"?:{"tree","session","seq","hash"}}   once, first
 *   {"event":<envelope>}                    every event from number 1 on, the prefix of a fork included under its source's
 *                                           names; written as RFC 8785 text, so `data` is exactly what was hashed
 *   {"blob":<SHA-256>,"base64":…}           bytes that events name; a long blob is several such lines in a row
 *   {"missing":<SHA-256>}                   an event names it, the exporting store did not have it any more
 *   {"signed":<signed head>}                see spec/log/signed-head.ts
 *   {"end":{"events":n,"blobs":n}}          once, last: without it the file was cut off
 *
 * `origin` says where a fork came from. A reader refuses another version and members it does not know.
 */
import { z } from 'zod'
import { canonicalJson } from '../../base/canonical-json.ts'
import { Envelope, Hash } from '../../spec/events/envelope.ts'
import { SignedHeadText } from '../../spec/log/signed-head.ts'
import { BlobHash } from '../../spec/stored-text.ts'

export const formatVersion = 1
const count = z.number().int().nonnegative()

const Header = z.strictObject({
  'omnigent-log': z.number().int().positive(),
  tree: z.string().min(1).max(200),
  events: count,
  head: z.strictObject({ seq: count, hash: Hash }),
  origin: z.strictObject({ tree: z.string(), session: z.string(), seq: count, hash: Hash }).optional(),
})
const EventLine = z.strictObject({ event: Envelope.strict() })
const BlobLine = z.strictObject({ blob: BlobHash, base64: z.base64() })
const MissingLine = z.strictObject({ missing: BlobHash })
const SignedLine = z.strictObject({ signed: SignedHeadText })
const EndLine = z.strictObject({ end: z.strictObject({ events: count, blobs: count }) })

export const LogLine = z.union([EventLine, BlobLine, MissingLine, SignedLine, EndLine, Header])
export type LogLine = z.infer<typeof LogLine>

const kinds = { event: EventLine, blob: BlobLine, missing: MissingLine, signed: SignedLine, end: EndLine, 'omnigent-log': Header } as const

export function writeLine(line: LogLine): string {
  return canonicalJson(line)
}

export interface ReadLine {
  /** From 1. */
  readonly number: number
  readonly line?: LogLine
  /** Set when the line can not be read. */
  readonly problem?: string
}

/** Reads lines one by one; what can not be read is a problem with its line number, never an exception. Empty lines are skipped. */
export async function* readLines(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ReadLine> {
  let number = 0
  for await (const text of lines) {
    number += 1
    if (text.trim() !== '') yield { number, ...readLine(text) }
  }
}

function readLine(text: string): { line: LogLine } | { problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'is not JSON' }
  }
  if (typeof value !== 'object' || value === null) return { problem: 'is not a JSON object' }
  const content = value
  const kind = Object.entries(kinds).find(([name]) => Object.hasOwn(content, name))
  if (kind === undefined) return { problem: `is none of the known lines: ${Object.keys(kinds).join(', ')}` }
  const result = kind[1].safeParse(value)
  return result.success ? { line: result.data } : { problem: z.prettifyError(result.error).replaceAll(/\s*\n\s*/g, ' ') }
}
