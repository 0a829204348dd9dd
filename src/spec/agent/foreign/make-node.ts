import type { Range, YamlEntry, YamlNode } from '../../yaml/yaml-node.ts'

/**
 * Native nodes for what a foreign file says. Each keeps the range of the foreign text it came from, so the checks of the native
 * file place their problems in the foreign one.
 */
export function textNode(range: Range, value: string): YamlNode {
  return { kind: 'text', range, value, quoted: true }
}

export function listNode(range: Range, items: readonly YamlNode[]): YamlNode {
  return { kind: 'list', range, items }
}

export function mapNode(range: Range, values: Readonly<Record<string, YamlNode | undefined>>): YamlNode {
  const entries = Object.entries(values).flatMap(([key, value]): YamlEntry[] => (value === undefined ? [] : [{ key, keyRange: range, value }]))
  return { kind: 'map', range, entries }
}

export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain }

/** Plain data that is not in the file as such: all of it has one place. Texts are literal. */
export function plainNode(range: Range, value: Plain): YamlNode {
  if (typeof value === 'string') return textNode(range, escapeReferences(value))
  if (typeof value === 'number') return { kind: 'number', range, value, raw: String(value) }
  if (typeof value === 'boolean') return { kind: 'boolean', range, value, raw: String(value) }
  if (isList(value)) return listNode(range, value.map((item) => plainNode(range, item)))
  return mapNode(range, Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainNode(range, member)])))
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}

/** `${…}` means nothing in the texts of foreign files, and a parameter in ours. */
export function literal(node: YamlNode): YamlNode {
  switch (node.kind) {
    case 'text': return { ...node, value: escapeReferences(node.value) }
    case 'list': return { ...node, items: node.items.map(literal) }
    case 'map': return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: literal(entry.value) })) }
    default: return node
  }
}

export function escapeReferences(text: string): string {
  // A function: in a replacement text `$$` would be one `$`.
  return text.replaceAll('${', () => '$${')
}
