import { z } from 'zod'

/** What a session sends out, as its gateway reads it from the wire: what is asked about, and what is answered. */

const text = z.string().max(8_192)
const name = z.string().max(256)

/** One line of a push's command list. `old` and `new` are object ids, 40 or 64 hex digits; all zeros where there is none. */
export const RefUpdate = z.object({
  ref: text,
  old: name,
  new: name,
  create: z.boolean(),
  delete: z.boolean(),
  /** Absent: the wire does not say whether an update is a fast-forward. */
  force: z.boolean().optional(),
})
export type RefUpdate = Readonly<z.infer<typeof RefUpdate>>

export const GitPush = z.object({
  /** The repository's path on its host, without a leading slash and without `.git`. */
  repo: text,
  /** Empty for what comes before the push itself: the list of refs and git's empty probe. */
  refs: z.array(RefUpdate).readonly(),
})
export type GitPush = Readonly<z.infer<typeof GitPush>>

/** One request as it will be sent, after every check of form. Names are lower-case, the path is normalised. */
export const NetRequest = z.object({
  session: name,
  id: name,
  scheme: z.enum(['http', 'https']),
  host: text,
  port: z.number().int(),
  method: name,
  /** Without the query. */
  path: z.string().max(65_536),
  /** Without its `?`. */
  query: z.string().max(65_536).optional(),
  /** What `content-length` says; absent where the client does not know. */
  bodyBytes: z.number().int().optional(),
  upgrade: z.literal('websocket').optional(),
  gitPush: GitPush.optional(),
  /** Names of the secrets whose placeholders the request bears: an allow lets them be used. */
  placeholders: z.array(name).readonly().optional(),
})
export type NetRequest = Readonly<z.infer<typeof NetRequest>>

/**
 * A secret to put into a request. `bearer` and `basic` set `authorization` (`basic` with `user`, empty by default);
 * `header` sets the named header to the bare value. Whatever the client sent there is replaced.
 */
export const SecretUse = z.object({
  secret: name,
  form: z.enum(['bearer', 'basic', 'header']),
  header: name.optional(),
  user: name.optional(),
})
export type SecretUse = Readonly<z.infer<typeof SecretUse>>

export const NetVerdict = z.discriminatedUnion('type', [
  z.object({ type: z.literal('allow'), rule: text.optional(), secrets: z.array(SecretUse).readonly().optional() }),
  z.object({ type: z.literal('deny'), rule: text, message: text, howToAsk: text.optional() }),
])
export type NetVerdict = Readonly<z.infer<typeof NetVerdict>>
