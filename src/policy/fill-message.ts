import { own } from '../base/own.ts'
import type { Action } from '../spec/actions.ts'
import type { MessageWord } from '../spec/policy/check-patterns.ts'

/** `{{spent}} of {{limit}}` with the values at hand; what has none is left out as `…`. */
export function fillMessage(template: string, action: Action, words: Partial<Record<MessageWord, string>>): string {
  const all: Readonly<Record<string, string | undefined>> = { ...wordsOf(action), ...words }
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => (own(all, name) ?? '…').slice(0, 300))
}

function wordsOf(action: Action): Readonly<Record<string, string | undefined>> {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const { path, command, host, repo, model, tool } = { ...action } as Partial<Record<MessageWord, unknown>> // Proof: read as unknown, used when a text.
  return { path: text(path), command: text(command), host: text(host), repo: text(repo), model: text(model), tool: text(tool) }
}
