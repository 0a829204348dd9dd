import type { JSONSchema7, LanguageModelUsage, ToolSet } from 'ai'
import { z } from 'zod'
import type { Usage } from '../../../spec/events/usage.ts'
import type { ModelChoice } from '../../child-loop/model-choice.ts'
import { type Answer, BrokenAnswer, CallError, type Listener, type Question } from '../../child-loop/program/answer.ts'
import type { Meta, Part } from '../../child-loop/program/conversation.ts'
import { effortOf } from '../../child-loop/program/effort.ts'
import type { OfferedTool } from '../../child-loop/program/offered-tools.ts'
import { loadModel } from './load-model.ts'
import { cacheMark, serviceMessages, systemMessage } from './service-messages.ts'

/** Enough for a long file in one call; services cap it at what the model can. */
const maxOutputTokens = 32_000

/** A service that is asked to think is asked to say what; the library asks the others. */
const thoughts = { google: { thinkingConfig: { includeThoughts: true } } } as const

/** Loads what the first call needs, so that neither the start nor the call waits for it. */
export async function warmUp(choice: ModelChoice): Promise<void> {
  await Promise.all([import('ai'), loadModel(choice)])
}

/** One model call through the library. @see AskModel */
export async function askModel(question: Question, listener: Listener): Promise<Answer> {
  const { choice, effort, signal } = question
  const parts = new Map<string, Part>()
  let problem: unknown
  try {
    const [library, model] = await Promise.all([import('ai'), loadModel(choice)])
    const result = library.streamText({
      model, instructions: systemMessage(question.system), messages: serviceMessages(question.messages, choice),
      tools: toolSet(question.tools, library.jsonSchema), maxRetries: 0, abortSignal: signal, onError: () => undefined,
      providerOptions: { openai: { store: false, promptCacheKey: question.key }, ...(effort === undefined ? {} : thoughts), ...(choice.asksToCache ? { chat: { cache_control: { type: 'ephemeral' } } } : {}) },
      ...(choice.dialect === 'anthropic' && !/claude-3-/.test(choice.id) ? { maxOutputTokens } : {}),
      ...(effort === undefined ? {} : { reasoning: effortOf(effort) }),
    })
    let last: { usage: LanguageModelUsage; finishReason: string } | undefined
    for await (const part of result.stream) {
      if (part.type === 'error') problem ??= part.error
      if (part.type === 'finish-step') last = part
      hear(part, parts, listener)
    }
    signal.throwIfAborted()
    if (problem === undefined && last !== undefined && last.finishReason !== 'error') {
      return { parts: [...parts.values()], usage: usageOf(last.usage), total: (last.usage.inputTokens ?? 0) + (last.usage.outputTokens ?? 0), cut: last.finishReason === 'length' }
    }
  } catch (error) {
    problem ??= error
  }
  throw new BrokenAnswer(problem === undefined ? new Error('the service ended the stream without an answer') : inOurWords(problem), [...parts.values()])
}

/** The library's error for a call, known by its name so that nothing is loaded for it. */
interface LibraryError extends Error {
  readonly statusCode?: number
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseBody?: string
}

const isLibraryError = (error: unknown): error is LibraryError => error instanceof Error && error.name === 'AI_APICallError'

function inOurWords(error: unknown): unknown {
  if (!isLibraryError(error)) return error
  const { message, cause, statusCode: status, responseHeaders: headers, responseBody: body } = error
  // A good status says how the answer began; it broke off later.
  if (status !== undefined && status < 300) return new CallError(cause instanceof Error ? cause.message : message, {})
  return new CallError(message, { status, headers, body })
}

/** The parts of the library's stream that we use. */
interface StreamPart {
  readonly type: string
  readonly id?: string
  readonly text?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly input?: unknown
  readonly providerMetadata?: unknown
}

function hear(part: StreamPart, parts: Map<string, Part>, listener: Listener): void {
  const meta = z.record(z.string(), z.record(z.string(), z.json())).safeParse(part.providerMetadata).data
  switch (part.type) {
    case 'text-start': case 'text-delta': case 'text-end':
      append(parts, 'text', part, meta)
      if (part.type === 'text-delta' && part.text !== undefined && part.text !== '') listener.text(part.text)
      return
    case 'reasoning-start': case 'reasoning-delta': case 'reasoning-end':
      append(parts, 'reasoning', part, meta)
      if (part.type === 'reasoning-delta' && part.text !== undefined && part.text !== '') listener.reasoning(part.text)
      return
    case 'tool-call': {
      const { toolCallId: call = '', toolName: tool = '' } = part
      parts.set(`call ${call}`, { type: 'call', call, tool, input: z.json().catch(null).parse(part.input), ...(meta === undefined ? {} : { meta }) })
    }
  }
}

/** Pieces of one part come under one id; what the service wants back comes with any of them. */
function append(parts: Map<string, Part>, type: 'text' | 'reasoning', { id = '', text = '' }: StreamPart, meta: Meta | undefined): void {
  const key = `${type} ${id}`
  const before = parts.get(key)
  const said = before === undefined || before.type === 'call' ? '' : before.text
  const all = { ...before?.meta, ...meta }
  parts.set(key, { type, text: said + text, ...(Object.keys(all).length === 0 ? {} : { meta: all }) })
}

/** The last one is marked to be cached: tools stay when the rest of a prompt is another. */
function toolSet(tools: readonly OfferedTool[], jsonSchema: typeof import('ai').jsonSchema): ToolSet {
  // Proof: what zod or a server writes is JSON Schema; the library's type for it is narrower in names only.
  const entry = ({ description, schema }: OfferedTool) => ({ description, inputSchema: jsonSchema(() => schema as JSONSchema7) })
  return Object.fromEntries(tools.map((tool, index) => [tool.name, { ...entry(tool), ...(index === tools.length - 1 ? { providerOptions: cacheMark } : {}) }]))
}

function usageOf({ inputTokens = 0, outputTokens = 0, inputTokenDetails: details, outputTokenDetails }: LanguageModelUsage): Usage {
  const [cacheRead, cacheWrite, reasoning] = [details.cacheReadTokens, details.cacheWriteTokens, outputTokenDetails.reasoningTokens]
  const given = Object.entries({ cacheRead, cacheWrite, reasoning }).filter(([, value]) => value !== undefined && value > 0)
  return { input: details.noCacheTokens ?? Math.max(0, inputTokens - (cacheRead ?? 0) - (cacheWrite ?? 0)), output: outputTokens, ...Object.fromEntries(given) }
}
