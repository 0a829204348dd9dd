import { isMap, isScalar, isSeq, LineCounter, parse, parseDocument, stringify } from 'yaml'
import type { WrittenPolicy } from './write-policy.ts'

export const writeYaml = (policy: WrittenPolicy): string => stringify(policy, { lineWidth: 0 })

/** The one policy of a text; undefined when it cannot be read, or is another number of them. */
export function onePolicyOf(text: string): unknown {
  try {
    const read: unknown = parse(text, { logLevel: 'silent' })
    const list: unknown = typeof read === 'object' && read !== null && 'policies' in read ? read.policies : read
    return Array.isArray(list) ? (list.length === 1 ? list[0] : undefined) : list
  } catch {
    // Half-written YAML: the check says what is wrong with it.
    return undefined
  }
}

/** Where in the one policy of a text a place is: `['match', 'path']`; empty for the whole. Both count from 1. */
export function pathAt(text: string, line: number, column: number): readonly string[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' })
  const offset = (lines.lineStarts[line - 1] ?? 0) + column - 1
  // A complaint about the whole policy stands where it begins.
  if (offset === 0) return []
  const path: string[] = []
  for (let node: unknown = document.contents; node !== undefined;) {
    if (isSeq(node)) {
      node = node.items.find((item) => covers(item, offset))
      continue
    }
    const pair = isMap(node) ? node.items.find(({ key, value }) => covers(key, offset) || covers(value, offset)) : undefined
    if (pair === undefined || !isScalar(pair.key)) break
    path.push(String(pair.key.value))
    node = covers(pair.key, offset) ? undefined : pair.value
  }
  return path
}

function covers(node: unknown, offset: number): boolean {
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined
  return range !== undefined && range !== null && range[0] <= offset && offset < Math.max(range[1], range[0] + 1)
}
