import { z } from 'zod'
import { Author } from '../events/envelope.ts'
import { levels, verdicts } from '../policy/words.ts'

const Truth = z.union([z.boolean(), z.literal('unknown')])
const Verdict = z.enum(verdicts)

/** GET /v1/sessions/{session}/calls/{call}/decision. `all`: also rules that had no part in it. */
export const AskDecision = z.object({ all: z.enum(['true', 'false']).optional() })

/** Why a call was decided as it was. Everything is read from the log; texts of calls come from agents. */
export const CallDecision = z.object({
  session: z.string(),
  call: z.string(),
  tool: z.string(),
  title: z.string(),
  actions: z.array(z.string()),
  /** Number of the event that recorded it, and when. */
  seq: z.number().int(),
  at: z.number(),
  /** As it was recorded. */
  verdict: Verdict,
  /** The same decision made again from the log before it. `same: false`: this version decides otherwise. */
  again: z.object({ verdict: Verdict, same: z.boolean() }),
  /** In the order in which they are asked: the session's, agents', the server's. */
  levels: z.array(z.object({
    level: z.enum(levels),
    hash: z.string(),
    verdict: Verdict,
    rules: z.array(z.object({
      rule: z.string(),
      does: z.string(),
      verdict: Verdict.optional(),
      truth: Truth.optional(),
      about: z.string().optional(),
      /** Parts of its condition, each below what it belongs to. */
      parts: z.array(z.object({ depth: z.number().int(), text: z.string(), truth: Truth })),
      /** Events of the log that made it so. */
      because: z.array(z.object({ seq: z.number().int(), at: z.number(), what: z.string() })),
      message: z.string().optional(),
      grant: z.string().optional(),
    })),
  })),
  /** What holds whatever the policies say. */
  engine: z.array(z.object({ rule: z.string(), verdict: Verdict, message: z.string().optional() })),
  /** Who answered a card, where there was one and it was answered. */
  answer: z.object({ seq: z.number().int(), at: z.number(), by: Author, answer: z.enum(['allow', 'deny', 'expired']), comment: z.string().optional() }).optional(),
})
export type CallDecision = z.infer<typeof CallDecision>
