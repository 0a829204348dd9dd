import type { LineReader } from '../../policy/case-log.ts'

/** What a command line does: a command with the words that stand in it. Quotes, lists and wrappers are not taken apart here. */
export const readLineActions: LineReader = (line) => [{ kind: 'exec', command: line, argv: line.trim().split(/\s+/), outbound: 'unknown' }]
