import { z } from 'zod'
import { levels } from '../policy/words.ts'
import type { Problem } from '../yaml/problem.ts'

/** Something wrong in a policy text, with its place: see `spec/yaml/problem.ts`. */
export const ProblemBody = z.object({
  file: z.string(), line: z.number().int(), column: z.number().int(), length: z.number().int(), excerpt: z.string(), caret: z.number().int(),
  code: z.string(), message: z.string(), hint: z.string().optional(),
})
export const problemBody = ({ file, line, column, length, excerpt, caret, code, message, hint }: Problem): z.output<typeof ProblemBody> => ({ file, line, column, length, excerpt, caret, code, message, ...(hint === undefined ? {} : { hint }) })

/** One policy of a list, as people read it. */
export const PolicyRow = z.object({
  /** As written: `push-asks`; a shipped one is `baseline.push-asks`. */
  name: z.string(),
  /** What it does, in one line. */
  does: z.string(),
  source: z.enum(['shipped', 'server', 'agent', 'session']),
})
export type PolicyRow = z.infer<typeof PolicyRow>

const text = z.string().max(100_000)

/** GET /v1/policies. */
export const ServerPolicyState = z.object({
  /** SHA-256 of all that is in force here. */
  hash: z.string(),
  policies: z.array(PolicyRow),
  /** The server's own list, as a policy file. */
  text: z.string(),
  /** Why an edited configuration is not in force. Empty when all is well. */
  problems: z.array(ProblemBody),
})
export type ServerPolicyState = z.infer<typeof ServerPolicyState>

/** PUT /v1/policies: the whole list that is the server's own, as a policy file; an empty text leaves none. */
export const ReplacePolicies = z.strictObject({ text })

/** GET /v1/sessions/{session}/policies. Lists in the order in which they are asked: the session's, then agents', then the server's. */
export const SessionPolicies = z.object({
  lists: z.array(z.object({ level: z.enum(levels), hash: z.string(), policies: z.array(PolicyRow) })),
  /** The session's own list, as a policy file. */
  text: z.string(),
  /** What a person allowed for longer than once. */
  /** Of the session's own: kept, and not in force. */
  off: z.array(z.object({ name: z.string(), does: z.string() })),
  grants: z.array(z.object({ grant: z.string(), rule: z.string(), kind: z.string(), pattern: z.record(z.string(), z.json()), scope: z.enum(['session', 'project']) })),
})
export type SessionPolicies = z.infer<typeof SessionPolicies>

/** POST /v1/policies/check: is this a policy file for that level? Changes nothing. */
export const CheckPolicies = z.strictObject({ text, level: z.enum(levels) })
export const PolicyCheck = z.object({ ok: z.boolean(), problems: z.array(ProblemBody) })
export type PolicyCheck = z.infer<typeof PolicyCheck>
