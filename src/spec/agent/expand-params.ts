import { z } from 'zod'
import { didYouMean, suggestion } from '../yaml/did-you-mean.ts'
import { maxProblems, type Problem, problemAt, quote } from '../yaml/problem.ts'
import { schemasAt } from '../yaml/schema-at-path.ts'
import { placeAt, type SourceText } from '../yaml/source-text.ts'
import { entryOf, type Path, pathLabel, type Range, type YamlNode } from '../yaml/yaml-node.ts'
import { AgentFile } from './agent-file.ts'
import { splitReferences, type TextPart } from './references.ts'
import { type ParamScope, type ParamSpec, readParams } from './read-params.ts'

export interface ExpandRequest {
  /** Values a person gave; undefined for a sub-agent's file. */
  readonly given: Readonly<Record<string, string>> | undefined
  readonly environment: Readonly<Record<string, string>>
}

export interface Expansion {
  /** The same tree with every `${param}` replaced. Where a parameter is open the text is unreadable, so nobody judges it. */
  readonly root: YamlNode
  /** The parameters of each agent of this file, by the label of its path; inline sub-agents see those of their parent too. */
  readonly scopes: ReadonlyMap<string, ParamScope>
  readonly open: readonly ParamSpec[]
  readonly problems: readonly Problem[]
}

/**
 * Where references may stand, and what they may name:
 * - `variables` (`env`, `mcp.*.url|headers|env`): parameters and environment variables. Variables are checked and left in place.
 * - `command` (shell lines): parameters, as long as their value cannot be read as more than one word.
 * - `plain` (all other text): parameters.
 */
type FieldKind = 'variables' | 'command' | 'plain'

interface Walk {
  readonly source: SourceText
  readonly request: ExpandRequest
  readonly scopes: Map<string, ParamScope>
  readonly open: ParamSpec[]
  readonly problems: Problem[]
}

export function expandParams(source: SourceText, root: YamlNode, request: ExpandRequest): Expansion {
  const walk: Walk = { source, request, scopes: new Map(), open: [], problems: [] }
  return { ...walk, root: expandAgent(walk, root, [], new Map()) }
}

function expandAgent(walk: Walk, agent: YamlNode, at: Path, outer: ParamScope): YamlNode {
  const read = readParams(walk.source, agent, at.length === 0 ? walk.request.given : undefined)
  walk.open.push(...read.open)
  walk.problems.push(...read.problems)
  const scope = new Map([...outer, ...read.scope])
  walk.scopes.set(pathLabel(at), scope)
  return expandNode(walk, agent, { agent: at, path: [], scope })
}

interface Position {
  /** Path of the agent in the file, and of the node in the agent. */
  readonly agent: Path
  readonly path: Path
  readonly scope: ParamScope
}

function expandNode(walk: Walk, node: YamlNode, position: Position): YamlNode {
  const { path, agent, scope } = position
  if (path[0] === 'params') return node
  if (isInlineAgent(node, path)) return expandAgent(walk, node, [...agent, ...path], scope)
  const into = (step: string | number, child: YamlNode) => expandNode(walk, child, { ...position, path: [...path, step] })
  if (node.kind === 'map') return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: into(entry.key, entry.value) })) }
  if (node.kind === 'list') return { ...node, items: node.items.map((item, index) => into(index, item)) }
  return node.kind === 'text' && node.value.includes('${') ? expandText(walk, node, position) : node
}

function isInlineAgent(node: YamlNode, path: Path): boolean {
  return path.length === 2 && path[0] === 'sub_agents' && node.kind === 'map' && entryOf(node, 'file') === undefined && entryOf(node, 'agent') === undefined
}

function expandText(walk: Walk, node: Extract<YamlNode, { kind: 'text' }>, position: Position): YamlNode {
  const kind = fieldKind(position.path)
  const parts = splitReferences(node.value)
  const only = parts.length === 1 ? parts[0] : undefined
  const whole = only?.type === 'reference' ? position.scope.get(only.name)?.value : undefined
  const keepsType = kind === 'plain' && !wantsText(position.path)
  // `usd: "${budget}"` stays a number.
  if (keepsType && typeof whole === 'number') return { kind: 'number', range: node.range, value: whole, raw: String(whole) }
  if (keepsType && typeof whole === 'boolean') return { kind: 'boolean', range: node.range, value: whole, raw: String(whole) }
  const texts: (string | undefined)[] = []
  let cursor = node.range[0]
  for (const part of parts) {
    const range = rangeOf(walk.source, node.range, part, cursor)
    if (part.type !== 'literal') cursor = range[1]
    texts.push(expandPart(walk, part, { kind, range, scope: position.scope }))
  }
  if (texts.includes(undefined)) return { kind: 'unreadable', range: node.range }
  return { ...node, value: texts.join('') }
}

/** True where a field takes text and neither a number nor true or false. */
function wantsText(path: Path): boolean {
  const kinds = schemasAt(AgentFile, path)
  return kinds.some((kind) => kind instanceof z.ZodString) && !kinds.some((kind) => kind instanceof z.ZodNumber || kind instanceof z.ZodBoolean)
}

interface PartContext {
  readonly kind: FieldKind
  readonly range: Range
  readonly scope: ParamScope
}

/** The text to put in; undefined when there is none: reported, or open. */
function expandPart(walk: Walk, part: TextPart, { kind, range, scope }: PartContext): string | undefined {
  const refuse = (code: Problem['code'], message: string, hint?: string): undefined => {
    walk.problems.push(problemAt(placeAt(walk.source, ...range), code, message, hint))
  }
  switch (part.type) {
    case 'literal': return part.text
    // In a field that is expanded once more later, an escape must survive this pass.
    case 'escape': return kind === 'variables' ? '$${' : '${'
    case 'broken': return refuse('value', `${quote(part.text)} is not a reference such as \${name}`, 'write $${ for a literal ${')
    case 'reference': break
  }
  const param = scope.get(part.name)
  // Thousands of wrong names against a thousand parameters: beyond what is shown, hints are not worth their time.
  const mayHint = walk.problems.length < maxProblems
  if (param === undefined) {
    if (kind === 'variables') {
      const { environment } = walk.request
      if (Object.hasOwn(environment, part.name)) return part.text
      return refuse('variable', `environment variable ${part.name} is not set`, mayHint ? suggestion(part.name, [...scope.keys(), ...Object.keys(environment)]) : undefined)
    }
    const meant = mayHint ? didYouMean(part.name, [...scope.keys()]) : undefined
    return refuse('reference', `there is no parameter ${quote(part.name)}`, meant === undefined ? 'declare it under params, or write $${ for a literal ${' : `did you mean "${meant}"?`)
  }
  if (param.value === undefined) return undefined
  const text = String(param.value)
  if (kind === 'command' && param.options === undefined && !/^[\w./:@%+=,][\w./:@%+=,-]*$/.test(text)) {
    return refuse('parameter', `parameter ${quote(part.name)} stands in a shell command; its value may hold only letters, digits and _ . / : @ % + = , - and not start with -`)
  }
  // This text is expanded once more where the program starts: a value must not become part of a reference then.
  if (kind === 'variables' && text.includes('$')) {
    return refuse('parameter', `parameter ${quote(part.name)} stands beside environment variables; its value must not contain $`)
  }
  return text
}

function fieldKind(path: Path): FieldKind {
  const [first, second, third] = path
  if (first === 'env' && typeof path.at(-1) === 'string' && path.length > 1) return 'variables'
  if (first === 'mcp' && (third === 'url' || third === 'headers' || third === 'env')) return 'variables'
  if (first === 'workspace' && (second === 'setup' || second === 'run' || second === 'teardown')) return 'command'
  return first === 'checks' && third === 'command' ? 'command' : 'plain'
}

/** Where a part stands in the file; the whole text when it is written with escapes. */
function rangeOf(source: SourceText, range: Range, part: TextPart, from: number): Range {
  if (part.type === 'literal') return range
  const text = part.type === 'escape' ? '$${' : part.text
  const offset = source.text.indexOf(text, from)
  return offset === -1 || offset + text.length > range[1] ? range : [offset, offset + text.length]
}

/**
 * `${param}` in a file that other programs read as well (`AGENTS.md`): declared parameters are replaced, `$${param}` becomes
 * literal, everything else stays as it is. A name that nearly is a parameter gives a warning.
 */
export function expandPromptFile(source: SourceText, scope: ParamScope): { text: string; warnings: Problem[] } {
  const warnings: Problem[] = []
  if (scope.size === 0) return { text: source.text, warnings }
  let looked = 0
  const text = source.text.replaceAll(/(\$?)\$\{([A-Za-z_]\w{0,63})\}/g, (all: string, escape: string, name: string, offset: number) => {
    const param = scope.get(name)
    if (param !== undefined) return escape === '' ? String(param.value ?? all) : all.slice(1)
    const meant = warnings.length < maxProblems && looked++ < 1_000 ? didYouMean(name, [...scope.keys()]) : undefined
    if (meant !== undefined) warnings.push(problemAt(placeAt(source, offset, offset + all.length), 'reference', `${quote(all)} is left as it is: there is no such parameter`, `did you mean "${meant}"?`))
    return all
  })
  return { text, warnings }
}
