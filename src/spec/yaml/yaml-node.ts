/**
 * What a YAML file says, reduced to JSON's kinds, with the offsets of every part. `unreadable` stands where a problem was
 * reported already; whatever it was meant to be is not judged a second time.
 */
export type YamlNode =
  | { readonly kind: 'map'; readonly range: Range; readonly entries: readonly YamlEntry[] }
  | { readonly kind: 'list'; readonly range: Range; readonly items: readonly YamlNode[] }
  | { readonly kind: 'text'; readonly range: Range; readonly value: string; readonly quoted: boolean }
  | { readonly kind: 'number'; readonly range: Range; readonly value: number; readonly raw: string }
  | { readonly kind: 'boolean'; readonly range: Range; readonly value: boolean; readonly raw: string }
  | { readonly kind: 'null'; readonly range: Range }
  | { readonly kind: 'unreadable'; readonly range: Range }

export interface YamlEntry {
  readonly key: string
  readonly keyRange: Range
  readonly value: YamlNode
}

/** Offsets, end exclusive. */
export type Range = readonly [start: number, end: number]

export type Path = readonly (string | number)[]

/** The plain value; `undefined` where it is unreadable. */
export function valueOf(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map': return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]))
    case 'list': return node.items.map(valueOf)
    case 'text':
    case 'number':
    case 'boolean': return node.value
    case 'null': return null
    case 'unreadable': return undefined
  }
}

export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined
}

/** The node a path leads to; undefined when there is none. */
export function nodeAt(root: YamlNode, path: Path): YamlNode | undefined {
  let node: YamlNode | undefined = root
  for (const step of path) {
    if (node?.kind === 'map') node = entryOf(node, String(step))?.value
    else node = node?.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined
  }
  return node
}

/** True when a problem about this path was reported already, because a node on the way could not be read. */
export function isUnreadable(root: YamlNode, path: Path): boolean {
  return path.some((_, index) => nodeAt(root, path.slice(0, index))?.kind === 'unreadable') || nodeAt(root, path)?.kind === 'unreadable'
}

/** The items of a list; nothing for any other node. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : []
}

/** The entries of a map; nothing for any other node. */
export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : []
}

export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'text' ? node.value : undefined
}

/** `sub_agents[0].harness`, `mcp["my server"]`; empty for the root. */
export function pathLabel(path: Path): string {
  return path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`
    if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`
    return index === 0 ? step : `.${step}`
  }).join('')
}
