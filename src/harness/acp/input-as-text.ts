import { type JsonRecord, record, records, text } from '../json-program.ts'

/**
 * What a program says of a call that has not ended, where it writes the input into the content as JSON: with the input
 * in its own member, and without that text, which would be shown as output. What an ended call printed stays as it is.
 */
export function withInputFromText(update: JsonRecord): JsonRecord {
  const { content, status } = update
  if (content === undefined || status === 'completed' || status === 'failed') return update
  const parts = records(content)
  const told = parts.filter((part) => part['type'] === 'content').map((part) => inputOf(text(record(part['content'])['text'])))
  return { ...update, content: parts.filter((part) => part['type'] !== 'content'), rawInput: Object.assign({}, ...told, record(update['rawInput'])) as JsonRecord }
}

/** Pieces arrive while the model still writes: only the whole is an object. */
function inputOf(written: string): JsonRecord {
  try {
    return record(JSON.parse(written))
  } catch {
    return {}
  }
}
