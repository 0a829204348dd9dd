import type { Action } from '../../spec/actions.ts'
import type { ItemOf } from '../../spec/view/transcript-item.ts'

export type ToolKind = 'command' | 'edit' | 'read' | 'search' | 'web' | 'agent' | 'service' | 'model' | 'request' | 'other'

/** What a tool call is, in one line, and what its body can show better than raw input. */
export interface ToolSummary {
  readonly kind: ToolKind
  /** The verb: `Run`, `Edit`, `Read` … */
  readonly verb: string
  /** What it acts on: the command, the path, the pattern. */
  readonly target: string
  readonly changes: readonly FileChange[]
  /** The whole input as text, for what has no better form. */
  readonly raw: string
}

export interface FileChange {
  readonly path: string
  readonly old: string
  readonly new: string
}

type Input = Readonly<Record<string, unknown>>
const verbs: Readonly<Record<ToolKind, string>> = {
  command: 'Run', edit: 'Edit', read: 'Read', search: 'Search', web: 'Fetch', agent: 'Start agent', service: 'Call', model: 'Begin', request: 'Send', other: 'Use',
}

/** Reads a call by its actions first (they are ours), then by the names that programs give tools and inputs. */
export function summarise(item: Pick<ItemOf<'tool'>, 'tool' | 'title' | 'input' | 'actions' | 'about' | 'gates'>): ToolSummary {
  if (item.about !== undefined) return keptAside(rawOf(item, {}))
  const input = readInput(item)
  if (item.gates === 'net') return { kind: 'request', verb: verbs.request, target: item.title, changes: [], raw: rawOf(item, input) }
  const changes = changesOf(input)
  const kind = kindOf(item, changes)
  const verb = kind === 'edit' && changes.length > 0 && changes.every((change) => change.old === '') ? 'Write' : verbs[kind]
  return { kind, verb, target: targetOf(kind, item, input, changes), changes, raw: rawOf(item, input) }
}

/** Our own question: its input has one line for each file, what became of it first. */
function keptAside(raw: string): ToolSummary {
  return { kind: 'edit', verb: 'Keep', target: raw.split('\n').map((line) => line.replace(/^\w+ +/, '')).join(', '), changes: [], raw }
}

function kindOf(item: Pick<ItemOf<'tool'>, 'tool' | 'actions'>, changes: readonly FileChange[]): ToolKind {
  if (/grep|search|glob|find|^ls$|list/i.test(item.tool) && !/web/i.test(item.tool)) return 'search'
  const kinds = new Set(item.actions.map((action) => action.kind))
  if (kinds.has('file.write') || kinds.has('file.delete') || changes.length > 0) return kinds.has('exec') ? 'command' : 'edit'
  if (kinds.has('exec') || kinds.has('git.push') || kinds.has('git.commit') || kinds.has('package.install') || kinds.has('package.publish')) return 'command'
  if (kinds.has('file.read')) return 'read'
  if (kinds.has('net.request')) return 'web'
  if (kinds.has('spawn')) return 'agent'
  if (kinds.has('mcp.call')) return 'service'
  if (kinds.has('model.call')) return 'model'
  return kindByName(item.tool)
}

/** For calls that came without actions: an earlier conversation's. */
function kindByName(tool: string): ToolKind {
  if (/^(bash|shell|exec_command|local_shell)$/i.test(tool)) return 'command'
  if (/^apply_patch$/.test(tool)) return 'edit'
  return /^read$/i.test(tool) ? 'read' : /^web/i.test(tool) ? 'web' : 'other'
}

function targetOf(kind: ToolKind, item: Pick<ItemOf<'tool'>, 'title' | 'tool' | 'actions'>, input: Input, changes: readonly FileChange[]): string {
  switch (kind) {
    case 'command': return commandOf(item.actions, input) ?? item.title
    case 'edit': return (changes.length > 0 ? [...new Set(changes.map((change) => change.path))] : pathsOf(item.actions)).join(', ') || item.title
    case 'read': return text(input, 'path', 'file_path') ?? (pathsOf(item.actions).join(', ') || item.title)
    case 'search': return [text(input, 'pattern', 'query', 'glob'), text(input, 'path', 'dir')].filter((part) => part !== undefined).join(' in ') || item.title
    case 'web': return text(input, 'url', 'query') ?? item.title
    case 'model': case 'request': return item.title
    case 'agent': case 'service': case 'other': return item.title === item.tool ? item.tool : `${item.tool}: ${item.title}`
  }
}

/** The command as it will run. */
export function commandOf(actions: readonly Action[], input: Input): string | undefined {
  const given = input['command'] ?? input['cmd']
  if (typeof given === 'string') return given
  if (Array.isArray(given)) return given.map(String).join(' ')
  // A line that does several things is not one of them.
  const [only, ...more] = actions.filter((action) => action.kind === 'exec')
  return more.length === 0 ? only?.command : undefined
}

function changesOf(input: Input): FileChange[] {
  const path = text(input, 'file_path', 'path', 'filename')
  if (path === undefined) return []
  const edits = Array.isArray(input['edits']) ? input['edits'].filter(isInput) : [input]
  return edits.flatMap((edit) => {
    const before = text(edit, 'old_string', 'old', 'oldText', 'old_text')
    const after = text(edit, 'new_string', 'new', 'newText', 'new_text')
    if (before !== undefined && after !== undefined) return [{ path, old: before, new: after }]
    const content = text(edit, 'content', 'file_text')
    return content === undefined ? [] : [{ path, old: '', new: content }]
  })
}

function pathsOf(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => ('path' in action && typeof action.path === 'string' && action.kind.startsWith('file.') ? [action.path] : []))
}

function readInput(item: Pick<ItemOf<'tool'>, 'input'>): Input {
  if (!('text' in item.input)) return {}
  try {
    const value: unknown = JSON.parse(item.input.text)
    return isInput(value) ? value : {}
  } catch {
    // A program may take plain text; `raw` shows it as it is.
    return {}
  }
}

function rawOf(item: Pick<ItemOf<'tool'>, 'input'>, input: Input): string {
  if (Object.keys(input).length > 0) return JSON.stringify(input, null, 2)
  return 'text' in item.input ? item.input.text : `${item.input.head}\n…\n${item.input.tail}`
}

function text(input: Input, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = input[name]
    if (typeof value === 'string' && value !== '') return value
  }
  // An empty text is an answer, too: an edit that removes.
  return names.some((name) => input[name] === '') ? '' : undefined
}

function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
