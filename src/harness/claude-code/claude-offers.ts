import type { Choice } from '../../spec/events/session-data.ts'
import { records, text } from '../json-program.ts'

const maxTitleChars = 200

/** Slash commands, as `initialize` and `commands_changed` list them: `{name, description}`. */
export function commandsOf(list: unknown): Choice[] {
  return records(list).map(({ name, description }) => ({ id: text(name), title: text(description).slice(0, maxTitleChars) })).filter(({ id }) => id !== '')
}

/** Models: `{value, displayName}`. */
export function modelsOf(list: unknown): Choice[] {
  return records(list).map(({ value, displayName }) => ({ id: text(value), title: text(displayName) || text(value) })).filter(({ id }) => id !== '')
}
