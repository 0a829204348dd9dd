import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/canonical-json.ts'
import type { TrustDesk, TrustSubject } from '../server/server-deps.ts'
import { pinnedAsks } from '../spec/agent/pinned-asks.ts'
import { AppError } from '../spec/app-error.ts'
import type { Clock } from '../spec/ports/clock.ts'
import { compareAsks, type TrustAnswer, trustAsk, type TrustAsk, type TrustCard } from '../spec/trust/trust-card.ts'
import type { TrustRecord, TrustStore } from './trust-store.ts'

export interface TrustDeskOptions {
  readonly store: TrustStore
  readonly clock: Clock
  /** Hashes of the agents that are trusted by where they lie. */
  trustedHashes(): Promise<ReadonlySet<string>>
  report(problem: string, cause: unknown): void
}

/**
 * An agent asks, a person grants. A session runs what asks for more than its workspace only with a record of its own on this machine,
 * never because of what a log or a file says.
 */
export function createTrustDesk({ store, clock, trustedHashes, report }: TrustDeskOptions): TrustDesk {
  const missing = async (subject: TrustSubject, card = cardOf(subject)): Promise<TrustCard | undefined> => {
    if (card.asks.length === 0 || covers(store.granted(subject.session), card)) return undefined
    if (covers(store.remembered(card.hash), card) || (await trustedHashes()).has(card.hash)) {
      await store.grant(subject.session, recordOf(card, clock.now()))
      return undefined
    }
    const before = (await store.list()).find(({ name }) => name === card.name)
    return before === undefined ? card : { ...card, changes: { trustedAt: before.trustedAt, ...compareAsks(before.asks, card.asks) } }
  }
  return {
    trusts(subject) {
      const card = cardOf(subject)
      if (card.asks.length === 0) return true
      try {
        return covers(store.granted(subject.session), card)
      } catch (error) {
        report(`reading what is trusted for ${subject.session}`, error)
        return false
      }
    },
    missing: (subject) => missing(subject),
    async answer(subject, answer) {
      const asked = cardOf(subject)
      const card = await missing(subject, asked)
      if (answer === undefined ? card !== undefined : answer.hash !== asked.hash) throw untrusted(card ?? asked, answer)
      // Nothing is asked, or it was trusted before: a yes to it changes nothing.
      if (card === undefined || answer === undefined) return
      const record = recordOf(card, clock.now())
      await store.grant(subject.session, record)
      if (answer.remember) await store.remember(record)
    },
    async inherit(from, to) {
      const record = store.granted(from)
      if (record !== undefined) await store.grant(to, record)
    },
    forget: (session) => store.forget(session),
  }
}

function cardOf({ agent, workspace }: TrustSubject): TrustCard {
  // Counted here: what a log says its hash is may be anything.
  const hash = createHash('sha256').update(canonicalJson(agent.spec)).digest('hex')
  return { hash, name: agent.name, asks: pinnedAsks(agent.spec, workspace.path === '' ? undefined : workspace.path).map(trustAsk), optional: false }
}

/** A record holds for this very content, and for nothing that was not on its card. */
export function covers(record: TrustRecord | undefined, card: Pick<TrustCard, 'hash'> & { readonly asks: readonly TrustAsk[] }): boolean {
  return record?.hash === card.hash && compareAsks(record.asks, card.asks).added.length === 0
}

function recordOf({ hash, name, asks }: TrustCard, trustedAt: number): TrustRecord {
  return { version: 1, hash, name, trustedAt, asks }
}

function untrusted(card: TrustCard, answer: TrustAnswer | undefined): AppError {
  if (answer !== undefined) return new AppError('untrusted', `The hash that was given, ${answer.hash}, is not this agent’s: its hash is ${card.hash}. Look at what it asks for first: omni agent explain FILE`, { details: card })
  const asks = card.asks.map(({ field, reason }) => `${field} (${reason})`).join('; ')
  return new AppError('untrusted', `A person must trust this agent first: it asks for more than its workspace: ${asks}. Its hash is ${card.hash}.`, { details: card })
}
