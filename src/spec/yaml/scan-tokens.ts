import type { CST } from 'yaml'
import type { Range } from './yaml-node.ts'

/** What is seen in the tokens before anything is composed from them. */
export interface TokenScan {
  /** Where maps and lists are nested deeper than the limit, if they are. */
  readonly tooDeep?: Range
  /** Things that open and never close: `"`, `'`, `[`, `{`. */
  readonly unclosed: readonly Found[]
  readonly anchors: readonly Found[]
  readonly tags: readonly Found[]
  readonly directives: readonly Found[]
  /** The start of each document after the first. */
  readonly moreDocuments: readonly Range[]
}

export interface Found {
  readonly source: string
  readonly range: Range
}

/**
 * Walks all tokens with a stack of its own: a hostile file may be nested deeper than ours. The composer recurses, so depth
 * must be known before it runs.
 */
export function scanTokens(tokens: readonly CST.Token[], maxDepth: number): TokenScan {
  const scan = { unclosed: [] as Found[], anchors: [] as Found[], tags: [] as Found[], directives: [] as Found[], moreDocuments: [] as Range[] }
  let tooDeep: Range | undefined
  let documents = 0
  const stack = tokens.map((token) => ({ token, depth: 0 })).toReversed()
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next
    if (token.type === 'document' && ++documents > 1) scan.moreDocuments.push(startOf(token))
    if (token.type === 'anchor') scan.anchors.push(foundOf(token))
    if (token.type === 'tag') scan.tags.push(foundOf(token))
    if (token.type === 'directive') scan.directives.push(foundOf(token))
    if (isUnclosed(token)) scan.unclosed.push({ source: openerOf(token), range: [token.offset, token.offset + 1] })
    const inner = isCollection(token) ? depth + 1 : depth
    if (inner > maxDepth) {
      tooDeep ??= [token.offset, token.offset + 1]
      continue
    }
    for (const child of childrenOf(token).toReversed()) stack.push({ token: child, depth: inner })
  }
  return tooDeep === undefined ? scan : { ...scan, tooDeep }
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  switch (token.type) {
    case 'document': return [...token.start, ...(token.value === undefined ? [] : [token.value])]
    case 'block-scalar': return token.props
    case 'block-map':
    case 'block-seq':
    case 'flow-collection': return token.items.flatMap((item: CST.CollectionItem) =>
      [...item.start, ...(item.key ? [item.key] : []), ...(item.sep ?? []), ...(item.value === undefined ? [] : [item.value])])
    default: return []
  }
}

function isCollection(token: CST.Token): boolean {
  return token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection'
}

function isUnclosed(token: CST.Token): token is CST.FlowScalar | CST.FlowCollection {
  if (token.type === 'flow-collection') return token.end.every(({ type }) => type !== 'flow-map-end' && type !== 'flow-seq-end')
  if (token.type !== 'double-quoted-scalar' && token.type !== 'single-quoted-scalar') return false
  return token.source.length < 2 || !token.source.endsWith(token.source[0] ?? '"')
}

function openerOf(token: CST.FlowScalar | CST.FlowCollection): string {
  return (token.type === 'flow-collection' ? token.start.source : token.source)[0] ?? ''
}

function startOf(document: CST.Document): Range {
  const mark = document.start.find(({ type }) => type === 'doc-start')
  const offset = mark?.offset ?? document.offset
  return [offset, offset + (mark?.source.length ?? 1)]
}

function foundOf(token: { readonly offset: number; readonly source: string }): Found {
  return { source: token.source, range: [token.offset, token.offset + token.source.length] }
}
