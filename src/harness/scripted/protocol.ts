import { z } from 'zod'
import { Usage } from '../../spec/events/usage.ts'
import { PlanEntry } from '../../spec/events/turn-data.ts'

/**
 * The scripted program's line protocol, version 1: one JSON object a line, UTF-8, both ways on stdin and stdout.
 *
 * The adapter sends `start` once and waits for `ready`; then prompts, one at a time, each answered by exactly one
 * `settled`. The program asks with `call` before it does anything and waits for `verdict`. Files it then reads and writes
 * itself and reports with `done`; a command is run for it by the adapter, in the box, and comes back as `result`.
 */
export const ToProgram = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    workspace: z.string(),
    /** Private folder, kept over restarts: the transcripts. */
    home: z.string(),
    model: z.string().optional(),
    /** The token of an earlier `ready`. */
    resume: z.string().optional(),
  }),
  z.object({ type: z.literal('prompt'), turn: z.string(), text: z.string() }),
  z.object({ type: z.literal('steer'), text: z.string() }),
  z.object({ type: z.literal('model'), model: z.string() }),
  z.object({ type: z.literal('interrupt') }),
  z.object({ type: z.literal('verdict'), call: z.string(), allow: z.boolean(), reason: z.string().optional() }),
  z.object({
    type: z.literal('result'),
    call: z.string(),
    outcome: z.enum(['ok', 'error', 'interrupted']),
    output: z.string(),
    exitCode: z.number().int().optional(),
  }),
])
export type ToProgram = z.infer<typeof ToProgram>

export const ToolInput = z.discriminatedUnion('tool', [
  z.object({ tool: z.literal('shell'), input: z.object({ command: z.string() }) }),
  z.object({ tool: z.literal('read'), input: z.object({ path: z.string().max(4_096) }) }),
  z.object({ tool: z.literal('write'), input: z.object({ path: z.string().max(4_096), content: z.string() }) }),
  z.object({ tool: z.literal('edit'), input: z.object({ path: z.string().max(4_096), old: z.string(), new: z.string() }) }),
])
export type ToolInput = z.infer<typeof ToolInput>

export const FromProgram = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.string(), model: z.string().optional(), token: z.string() }),
  z.object({ type: z.literal('step.started'), step: z.string(), model: z.string().optional() }),
  z.object({ type: z.literal('step.ended'), step: z.string(), model: z.string().optional(), usage: Usage }),
  z.object({ type: z.literal('text'), item: z.string(), text: z.string() }),
  z.object({ type: z.literal('reasoning'), item: z.string(), text: z.string() }),
  z.object({ type: z.literal('message'), item: z.string(), text: z.string(), reasoning: z.string().optional() }),
  z.object({ type: z.literal('call'), call: z.string(), use: ToolInput }),
  z.object({ type: z.literal('done'), call: z.string(), outcome: z.enum(['ok', 'error', 'denied', 'interrupted']), output: z.string() }),
  z.object({ type: z.literal('plan'), entries: z.array(PlanEntry) }),
  z.object({ type: z.literal('steered') }),
  z.object({ type: z.literal('settled'), outcome: z.enum(['completed', 'interrupted']) }),
  z.object({ type: z.literal('settled.failed'), reason: z.string(), advice: z.string() }),
])
export type FromProgram = z.infer<typeof FromProgram>

/** No line of either side is longer; more is cut before it is sent. */
export const maxLineBytes = 4 * 1024 * 1024
