import { createHash } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import { AppError } from '../../spec/app-error.ts'
import { type Envelope, type ErasedData, Hash } from '../../spec/events/envelope.ts'
import { checkEvent, isErased } from '../../spec/events/session-event.ts'
import { verifyHead } from '../../spec/log/signed-head.ts'
import { logStart, verifyChain } from '../../spec/log/verify-chain.ts'
import type { ForkLink, SignedHead } from '../../spec/ports/session-store.ts'
import { namedBlobs } from '../projection/named-blobs.ts'
import { formatVersion, type LogLine, readLines } from './log-lines.ts'

export interface LineProblem {
  readonly line: number
  readonly problem: string
}

/** A whole log, read and checked. */
export interface CheckedLog {
  readonly tree: string
  readonly origin?: ForkLink
  readonly events: readonly Envelope[]
  readonly blobs: ReadonlyMap<string, Uint8Array>
  readonly named: readonly string[]
  readonly heads: readonly SignedHead[]
}

const maxProblems = 100

/**
 * Reads an exported log and checks everything in it: lines, order, hashes, events, blobs, signatures, counts.
 * @throws {AppError} 'invalid' with every problem and its line (at most 100); 'unsupported' for a newer format.
 */
export async function checkLog(lines: AsyncIterable<string> | Iterable<string>): Promise<CheckedLog> {
  const reader = new LogReader()
  for await (const { number, line, problem } of readLines(lines)) {
    if (line === undefined) reader.report(number, problem ?? 'can not be read')
    else reader.take(number, line)
  }
  return reader.finish()
}

class LogReader {
  readonly #problems: LineProblem[] = []
  #count = 0
  #last = 0
  #header: Extract<LogLine, { 'omnigent-log': number }> | undefined
  #ended: { readonly events: number; readonly blobs: number } | undefined
  #end = logStart
  readonly #events: Envelope[] = []
  readonly #parts = new Map<string, { readonly line: number; readonly parts: Buffer[] }>()
  readonly #missing = new Set<string>()
  readonly #named = new Map<string, number>()
  readonly #heads: { readonly line: number; readonly head: SignedHead }[] = []

  report(line: number, problem: string): void {
    this.#count += 1
    this.#last = Math.max(this.#last, line)
    if (this.#problems.length < maxProblems) this.#problems.push({ line, problem })
  }

  take(number: number, line: LogLine): void {
    this.#last = number
    if (this.#ended !== undefined) this.report(number, 'stands after the end line')
    if (this.#header === undefined && !('omnigent-log' in line)) this.report(number, 'stands before the header line')
    if ('omnigent-log' in line) this.#takeHeader(number, line)
    else if ('event' in line) this.#takeEvent(number, line.event)
    else if ('blob' in line) this.#takeBlob(number, line.blob, Buffer.from(line.base64, 'base64'))
    else if ('missing' in line) this.#missing.add(line.missing)
    else if ('signed' in line) this.#heads.push({ line: number, head: line.signed })
    else this.#ended = line.end
  }

  finish(): CheckedLog {
    const header = this.#header
    if (header === undefined) this.report(this.#last, 'ends the file, which has no header line')
    const blobs = this.#finishBlobs()
    for (const { line, head } of this.#heads) this.#checkHead(line, head)
    if (this.#ended === undefined) this.report(this.#last, 'ends the file, which was cut off: it has no end line')
    else if (this.#ended.events !== this.#events.length || this.#ended.blobs !== this.#named.size) this.report(this.#last, 'counts other events or blobs than the file holds')
    if (header !== undefined && (header.head.seq !== this.#end.seq || header.head.hash !== this.#end.hash)) this.report(1, 'names another last event than the file holds')
    if (this.#events.length === 0) this.report(this.#last, 'ends the file, which holds no event')
    if (header === undefined || this.#count > 0) throw this.#refusal()
    return {
      tree: header.tree, ...(header.origin === undefined ? {} : { origin: header.origin }),
      events: this.#events, blobs, named: [...this.#named.keys()], heads: this.#heads.map(({ head }) => head),
    }
  }

  #takeHeader(number: number, header: Extract<LogLine, { 'omnigent-log': number }>): void {
    if (header['omnigent-log'] > formatVersion) {
      throw new AppError('unsupported', `This log has format ${header['omnigent-log']}; this version reads format ${formatVersion}. Install a newer version.`)
    }
    if (this.#header !== undefined) this.report(number, 'is a second header line')
    else this.#header = header
  }

  #takeEvent(number: number, event: Envelope): void {
    const chain = verifyChain([event], this.#end)
    for (const { problem } of chain.problems) this.report(number, `event ${event.seq} ${problem}`)
    this.#end = chain.end
    if (this.#header !== undefined && event.tree !== this.#header.tree && this.#header.origin === undefined) this.report(number, `event ${event.seq} is one of another tree`)
    if (isErased(event.data)) {
      // Proof of shape: `isErased`; the digest is looked at.
      const { erased } = event.data as ErasedData
      if (!Hash.safeParse(erased?.digest).success || !Number.isSafeInteger(erased?.at)) this.report(number, `event ${event.seq} is erased without a digest`)
    }
    const checked = checkEvent(event)
    if (!checked.ok) this.report(number, `event ${event.seq} (${event.type}) ${checked.problem.replaceAll(/\s*\n\s*/g, ' ')}`)
    // Problems of the chain include data that has no canonical text.
    if (chain.problems.length === 0) for (const hash of namedBlobs(canonicalJson(event.data))) this.#named.set(hash, number)
    this.#events.push(event)
  }

  #takeBlob(number: number, hash: string, bytes: Buffer): void {
    const known = this.#parts.get(hash)
    if (known === undefined) this.#parts.set(hash, { line: number, parts: [bytes] })
    else known.parts.push(bytes)
  }

  #finishBlobs(): Map<string, Uint8Array> {
    const blobs = new Map<string, Uint8Array>()
    for (const [hash, { line, parts }] of this.#parts) {
      const bytes = Buffer.concat(parts)
      if (createHash('sha256').update(bytes).digest('hex') !== hash) this.report(line, `blob ${hash} has other bytes than its name says`)
      if (!this.#named.has(hash)) this.report(line, `blob ${hash} is named by no event`)
      blobs.set(hash, bytes)
    }
    for (const [hash, line] of this.#named) {
      if (!blobs.has(hash) && !this.#missing.has(hash)) this.report(line, `names blob ${hash}, which the file does not hold`)
    }
    return blobs
  }

  #checkHead(line: number, head: SignedHead): void {
    if (!verifyHead(head)) this.report(line, `the signature of head ${head.seq} is not that of its key`)
    else if (head.tree !== this.#header?.tree) this.report(line, `the signed head ${head.seq} is one of another tree`)
    else if (this.#events[head.seq - 1]?.hash !== head.hash) this.report(line, `the signed head ${head.seq} is one of other events`)
  }

  #refusal(): AppError {
    const shown = this.#problems.slice(0, 3).map(({ line, problem }) => `line ${line}: ${problem}`)
    const more = this.#count > shown.length ? `; and ${this.#count - shown.length} more` : ''
    return new AppError('invalid', `This log can not be imported, nothing was kept. ${shown.join('; ')}${more}`, { details: { problems: this.#problems, count: this.#count } })
  }
}
