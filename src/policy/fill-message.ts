import type { Action } from '../spec/actions.ts'
import type { MessageWord } from '../spec/policy/check-patterns.ts'

/** `{{spent}} of {{limit}}` with the values at hand; what has none is left out as `…`. */
export function fillMessage(template: string, action: Action, words: Partial<Record<MessageWord, string>>): string {
  const all: Partial<Record<string, string>> = { ...wordsOf(action), ...words }
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => (all[name] ?? '…').slice(0, 300))
}

function wordsOf(action: Action): Partial<Record<MessageWord, string>> {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const { path, command, host, repo, model, tool } = { ...action } as Partial<Record<MessageWord, unknown>> // Proof: read as unknown, used when a text.
  const found = { path: text(path), command: text(command), host: text(host), repo: text(repo), model: text(model), tool: text(tool) }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
