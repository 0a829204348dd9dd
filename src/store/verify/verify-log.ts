import { type Envelope, type ErasedData, Hash } from '../../spec/events/envelope.ts'
import { isErased } from '../../spec/events/session-event.ts'
import { verifyHead } from '../../spec/log/signed-head.ts'
import { logStart, verifyChain } from '../../spec/log/verify-chain.ts'
import type { SessionStore, SignedHead } from '../../spec/ports/session-store.ts'
import { treeLines } from '../transfer/export-tree.ts'
import { type LogLine, readLines } from '../transfer/log-lines.ts'

/** What was checked of a log, what that showed, and nothing that was not checked. */
export interface LogReport {
  readonly tree: string
  readonly events: number
  /** Numbers without gaps, times, links and hashes: always checked. Says nothing about events missing at the end. */
  readonly order: { readonly ok: boolean; readonly problems: readonly string[] }
  /** Nothing is missing up to event `upTo`, because a signed head says so. Undefined: no head, so this was not checked. */
  readonly completeness?: { readonly ok: boolean; readonly upTo: number; readonly problems: readonly string[] }
  /** Keys that signed heads. `trusted` is undefined when no key to compare with was given: whose key it is was not checked. */
  readonly author?: { readonly ok: boolean; readonly keys: readonly { readonly key: string; readonly heads: number; readonly valid: boolean; readonly trusted?: boolean }[] }
  /** Events whose content was erased; their place in the order was checked all the same. */
  readonly erased: readonly { readonly seq: number; readonly at: number }[]
}

export interface VerifyOptions {
  /** Public keys (SPKI DER, base64) that heads are expected from. */
  readonly keys?: readonly string[]
}

const maxProblems = 100

/** Verifies an exported log, given as its lines. Needs no server and no store. */
export async function verifyLines(lines: AsyncIterable<string> | Iterable<string>, options: VerifyOptions = {}): Promise<LogReport> {
  const verifier = new Verifier(options)
  let ended = false
  for await (const { number, line, problem } of readLines(lines)) {
    if (line === undefined) verifier.problem(`line ${number} ${problem ?? 'can not be read'}`)
    else verifier.take(line)
    ended = line !== undefined && 'end' in line
  }
  if (!ended) verifier.problem('the file was cut off: it has no end line')
  return verifier.report()
}

/** Verifies a tree in a store. @throws {AppError} 'not_found' for an unknown tree. */
export async function verifyTree(sessions: SessionStore, tree: string, options: VerifyOptions = {}): Promise<LogReport> {
  const verifier = new Verifier(options)
  for await (const line of treeLines({ sessions }, tree)) verifier.take(line)
  return verifier.report()
}

class Verifier {
  readonly #keys: readonly string[] | undefined
  readonly #problems: string[] = []
  readonly #erased: { seq: number; at: number }[] = []
  readonly #heads: SignedHead[] = []
  /** Hash of each event by number: what signed heads are compared with. */
  readonly #hashes: string[] = []
  #tree = ''
  #end = logStart
  #claimed: { readonly seq: number; readonly hash: string } | undefined

  constructor(options: VerifyOptions) {
    this.#keys = options.keys
  }

  problem(text: string): void {
    if (this.#problems.length < maxProblems) this.#problems.push(text)
  }

  take(line: LogLine): void {
    if ('omnigent-log' in line) {
      this.#tree = line.tree
      this.#claimed = line.head
    } else if ('event' in line) this.#takeEvent(line.event)
    else if ('signed' in line) this.#heads.push(line.signed)
  }

  report(): LogReport {
    const claimed = this.#claimed
    if (claimed === undefined) this.problem('the file has no header line')
    else if (claimed.seq !== this.#end.seq || claimed.hash !== this.#end.hash) this.problem(`the header names event ${claimed.seq} as the last, the log ends at ${this.#end.seq}`)
    const heads = this.#heads.length === 0 ? {} : { completeness: this.#completeness(), author: this.#author() }
    return { tree: this.#tree, events: this.#hashes.length, order: { ok: this.#problems.length === 0, problems: this.#problems }, ...heads, erased: this.#erased }
  }

  #takeEvent(event: Envelope): void {
    const chain = verifyChain([event], this.#end)
    this.#end = chain.end
    for (const { seq, problem } of chain.problems) this.problem(`event ${seq} ${problem}`)
    this.#hashes.push(event.hash)
    if (!isErased(event.data)) return
    // Proof of shape: `isErased`; the members are looked at.
    const { erased } = event.data as ErasedData
    if (!Hash.safeParse(erased?.digest).success) this.problem(`event ${event.seq} is erased without a digest`)
    this.#erased.push({ seq: event.seq, at: erased.at })
  }

  #completeness() {
    const problems: string[] = []
    let upTo = 0
    for (const head of this.#heads) {
      if (head.tree !== this.#tree || !verifyHead(head)) problems.push(`the signed head ${head.seq} is not valid for this log`)
      else if (this.#hashes[head.seq - 1] === undefined) problems.push(`a head was signed at event ${head.seq}, the log ends at ${this.#hashes.length}`)
      else if (this.#hashes[head.seq - 1] !== head.hash) problems.push(`the head signed at event ${head.seq} has another hash`)
      else upTo = Math.max(upTo, head.seq)
    }
    return { ok: problems.length === 0 && this.#problems.length === 0, upTo, problems }
  }

  #author() {
    const keys = [...new Set(this.#heads.map((head) => head.key))].map((key) => {
      const heads = this.#heads.filter((head) => head.key === key)
      const trusted = this.#keys === undefined ? {} : { trusted: this.#keys.includes(key) }
      return { key, heads: heads.length, valid: heads.every(verifyHead), ...trusted }
    })
    return { ok: keys.every((entry) => entry.valid && entry.trusted !== false), keys }
  }
}
