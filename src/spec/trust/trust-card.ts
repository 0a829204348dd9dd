import { z } from 'zod'
import type { Ask } from '../agent/beyond-workspace.ts'

/**
 * The trust card, version 1: what an agent asks for beyond its workspace, and the hash a person's yes is bound to. It is
 * the `details` of the error `untrusted`. Every text in it may be hostile: show it with `visibleText`.
 */
export const TrustAsk = z.object({
  /** Path in the agent, or the file of the project. */
  field: z.string(),
  /** The end of a sentence that begins with "asks for". */
  reason: z.string(),
  /** Exactly what would run, be set or be reached. */
  exact: z.string().optional(),
  /** Where it is written, where that is known. */
  file: z.string().optional(),
  line: z.number().int().optional(),
})
export type TrustAsk = z.infer<typeof TrustAsk>

export const trustHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be the hash of a trust card: 64 digits and letters a to f')

export const TrustCard = z.object({
  hash: trustHash,
  /** The agent's own name for itself. */
  name: z.string(),
  asks: z.array(TrustAsk),
  /** Only the project asks: the session can be started without. */
  optional: z.boolean(),
  /** Against what was trusted last under this name. */
  changes: z.object({ trustedAt: z.number(), added: z.array(z.number().int()), removed: z.array(TrustAsk) }).optional(),
})
export type TrustCard = z.infer<typeof TrustCard>

/** What a person answered for: `remember` holds until what is asked changes. */
export const TrustAnswer = z.strictObject({ hash: trustHash, remember: z.boolean().default(false) })
export type TrustAnswer = z.infer<typeof TrustAnswer>

/** Is there anything that a person has to allow before the session's next turn? */
export const TrustState = z.object({ trusted: z.boolean(), card: TrustCard.optional() })
export type TrustState = z.infer<typeof TrustState>

/** An ask as it travels. */
export function trustAsk({ field, reason, exact, place }: Ask): TrustAsk {
  return { field, reason, ...(exact === undefined ? {} : { exact }), ...(place === undefined ? {} : { file: place.file, line: place.line }) }
}

/** What is asked for now and was not before (by index), and what is not any more. */
export function compareAsks(before: readonly TrustAsk[], now: readonly TrustAsk[]): { readonly added: number[]; readonly removed: TrustAsk[] } {
  const key = ({ field, reason, exact }: TrustAsk) => JSON.stringify([field, reason, exact ?? ''])
  const old = new Set(before.map(key))
  const current = new Set(now.map(key))
  return { added: now.flatMap((ask, index) => (old.has(key(ask)) ? [] : [index])), removed: before.filter((ask) => !current.has(key(ask))) }
}
