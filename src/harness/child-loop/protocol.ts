import { z } from 'zod'
import { imageTypes } from '../../spec/attachment.ts'
import { Usage } from '../../spec/events/usage.ts'
import { ModelChoice } from './model-choice.ts'
import { ToolUse, toolNames } from './tools.ts'

/**
 * The line protocol of an agent loop that is a child program of ours, version 1: one JSON object a line, UTF-8, both ways on stdin and stdout.
 *
 * - The adapter sends `start` once and waits for `ready`; then prompts, one at a time, each answered by exactly one
 *   `settled` or `failed`. `steer`, `model` and `interrupt` may come at any time. A key reaches the program only in `start` and
 *   `model`, never in its environment.
 * - The program asks with `call` before anything runs; several may be open at once. For `shell`, `search` and tools of a
 *   server the adapter runs what was allowed and answers `result`. For the others it answers `verdict`; the program does the work and answers
 *   `done`. `path` in a verdict is the real path that was allowed: the program touches that file or none.
 * - A call that is not allowed is answered by a `verdict` with `allow: false` and is over; no `done` follows.
 * - After `interrupt` the adapter answers no call any more: the program gives up those that are open.
 * - Everything else that the program says is a report and is not answered.
 */
export const ToProgram = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    version: z.literal(1),
    workspace: z.string(),
    /** Private folder, kept over restarts: the transcripts. */
    home: z.string(),
    model: ModelChoice,
    effort: z.string().optional(),
    instructions: z.string(),
    tools: z.array(z.enum(toolNames)),
    /** Tools of tool servers, which the adapter runs. */
    served: z.array(z.object({ name: z.string(), description: z.string(), inputSchema: z.record(z.string(), z.unknown()) })),
    /** The token of an earlier `ready`. */
    resume: z.string().optional(),
  }),
  /** Pictures are named, not sent: the program can read the files. */
  z.object({ type: z.literal('prompt'), turn: z.string(), text: z.string(), images: z.array(z.object({ file: z.string(), mediaType: z.enum(imageTypes) })) }),
  z.object({ type: z.literal('steer'), text: z.string() }),
  z.object({ type: z.literal('model'), model: ModelChoice }),
  z.object({ type: z.literal('interrupt') }),
  z.object({ type: z.literal('verdict'), call: z.string(), allow: z.boolean(), reason: z.string().optional(), path: z.string().optional() }),
  /** `whole` has what `output` leaves out: the program keeps it and tells the model where. */
  z.object({ type: z.literal('result'), call: z.string(), failed: z.boolean(), output: z.string(), whole: z.string().optional(), images: z.array(z.object({ mediaType: z.enum(imageTypes), data: z.string() })).optional() }),
])
export type ToProgram = z.infer<typeof ToProgram>

export const FromProgram = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.string(), token: z.string() }),
  z.object({ type: z.literal('step.started'), step: z.string(), model: z.string() }),
  z.object({ type: z.literal('step.ended'), step: z.string(), model: z.string(), usage: Usage.optional() }),
  z.object({ type: z.literal('text'), item: z.string(), text: z.string() }),
  z.object({ type: z.literal('reasoning'), item: z.string(), text: z.string() }),
  z.object({ type: z.literal('message'), item: z.string(), text: z.string(), reasoning: z.string().optional() }),
  z.object({ type: z.literal('call'), call: z.string(), use: ToolUse }),
  z.object({ type: z.literal('done'), call: z.string(), outcome: z.enum(['ok', 'error', 'interrupted']), output: z.string() }),
  z.object({ type: z.literal('plan'), entries: z.array(z.object({ text: z.string(), status: z.enum(['pending', 'active', 'done']) })) }),
  z.object({ type: z.literal('context'), used: z.number().int().nonnegative(), window: z.number().int().positive() }),
  z.object({ type: z.literal('compacted') }),
  z.object({ type: z.literal('limited'), message: z.string(), resetAt: z.number().int().optional() }),
  z.object({ type: z.literal('notice'), level: z.enum(['info', 'warning']), text: z.string() }),
  z.object({ type: z.literal('steered'), when: z.enum(['now', 'next']) }),
  z.object({ type: z.literal('settled'), outcome: z.enum(['completed', 'interrupted']) }),
  z.object({ type: z.literal('failed'), reason: z.string(), advice: z.string() }),
])
export type FromProgram = z.infer<typeof FromProgram>

/** No line of either side is longer: tools bound what they give, and a model's call is far smaller. */
export const maxLineBytes = 16 * 1024 * 1024
