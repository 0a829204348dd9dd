import type { Usage } from '../../spec/events/usage.ts'
import type { HarnessSignal } from '../../spec/ports/harness.ts'
import { count, type JsonRecord, records, text } from '../json-program.ts'

/** What one model call used. Codex counts cached input as input, too. */
export function usageOf(last: JsonRecord): Usage {
  const cached = count(last['cachedInputTokens'])
  return { input: Math.max(0, count(last['inputTokens']) - cached), output: count(last['outputTokens']), cacheRead: cached, reasoning: count(last['reasoningOutputTokens']) }
}

export function planOf(params: JsonRecord): Extract<HarnessSignal, { type: 'plan' }>['entries'] {
  const states = { completed: 'done', inProgress: 'active' } as const
  return records(params['plan']).map((entry) => ({ text: text(entry['step']), status: states[text(entry['status']) as keyof typeof states] ?? 'pending' }))
}

/** Words for people; empty when there is nothing to warn of. */
export function warningOf(method: string, params: JsonRecord): string {
  switch (method) {
    case 'mcpServer/startupStatus/updated':
      return params['status'] === 'failed' ? `The tool server ${text(params['name'])} did not start; the session goes on without it. ${text(params['error'])}` : ''
    case 'model/rerouted': return `Codex goes on with the model ${text(params['toModel'])} instead of ${text(params['fromModel'])}.`
    default: return text(params['message']) || text(params['summary'])
  }
}
