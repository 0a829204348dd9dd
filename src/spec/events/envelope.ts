import { z } from 'zod'

/**
 * The envelope, frozen. One log per session tree; `seq` counts from 1 without gaps over the tree, `session` names the lane.
 * `hash = SHA-256(prev ‖ JCS(envelope without data, prev, hash) ‖ SHA-256(data))`, each part as lower-case hex text,
 * `data` as its exact RFC 8785 text. `prev` of the first event of a log is 64 zeros.
 */
export const Author = z.strictObject({ kind: z.enum(['user', 'agent', 'engine', 'host']), id: z.string() })
export type Author = z.infer<typeof Author>

/** The host's own number of the fact this event came from; makes engine-side dedupe a fold. */
export const Source = z.strictObject({ host: z.string(), epoch: z.string(), n: z.number().int().positive() })
export type Source = z.infer<typeof Source>

export const Hash = z.string().regex(/^[0-9a-f]{64}$/)
export const genesis = '0'.repeat(64)

export const Envelope = z.object({
  /** Id of the tree: the id of its root session. */
  tree: z.string(),
  seq: z.number().int().positive(),
  session: z.string(),
  turn: z.string().optional(),
  /** Writer's clock, epoch milliseconds, never below its predecessor's. */
  at: z.number().int().nonnegative(),
  type: z.string(),
  v: z.number().int().positive(),
  by: Author,
  /** The command's id (made by the client, unique per tree), or the `seq` of the causing event. */
  cause: z.union([z.string(), z.number().int()]),
  src: Source.optional(),
  data: z.unknown(),
  prev: Hash,
  hash: Hash,
})
export type Envelope = z.infer<typeof Envelope>

/** What stands in place of `data` after erasing; the chain still verifies over the kept digest. */
export interface ErasedData {
  readonly erased: { readonly at: number; readonly digest: string }
}
