import { randomUUID } from 'node:crypto'

/**
 * A plan is the script of one turn, written into the prompt: `PLAN:[{"say":"hi"},{"shell":"ls"}]`. A model reply is all
 * text steps up to and including the next tool step; the last reply has no tool. The stub keeps no state: which reply is
 * next follows from how many tool calls the conversation holds since the prompt.
 */
export interface Step {
  readonly say?: string
  /** Pieces that `say` is streamed in. */
  readonly deltas?: number
  readonly think?: string
  readonly shell?: string
  readonly write?: { readonly path: string; readonly content: string }
  readonly edit?: { readonly path: string; readonly old: string; readonly new: string }
  readonly read?: string
  /** Sends the text so far, then holds the stream open until the client goes away. */
  readonly stall?: boolean
  /** Breaks the connection in the middle of the stream. */
  readonly cut?: boolean
  readonly error?: { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
}

export interface Tool {
  readonly name: string
  /** JSON Schema property names of its input; empty for tools that take free text. */
  readonly properties: readonly string[]
}

export interface Reply {
  /** Its own for each answer, as a real service's: programs put answers of one id together. */
  readonly id: string
  readonly say: string
  readonly deltas: number
  readonly think: string
  readonly call?: { readonly id: string; readonly tool: string; readonly input: Record<string, unknown> | string }
  readonly ending: 'whole' | 'stall' | 'cut'
  readonly error?: Step['error']
  /** True when no plan was found: a title, a summary, a memory. */
  readonly side: boolean
}

/** The last plan in a text; undefined when there is none. */
export function findPlan(text: string): readonly Step[] | undefined {
  const at = text.lastIndexOf('PLAN:[')
  if (at === -1) return undefined
  const end = closingBracket(text, at + 5)
  // Proof of shape is the test's own business: a plan it wrote wrongly should fail loudly here.
  return end === -1 ? undefined : (JSON.parse(text.slice(at + 5, end + 1)) as Step[])
}

export function replyTo(plan: readonly Step[] | undefined, callsDone: number, tools: readonly Tool[], text: string): Reply {
  const id = randomUUID()
  if (plan === undefined) return { id, say: `Noted: ${text.slice(-60)}`, deltas: 1, think: '', ending: 'whole', side: true }
  let calls = 0
  const replies: Step[][] = [[]]
  for (const step of plan) {
    replies.at(-1)?.push(step)
    if (isTool(step)) {
      replies.push([])
      calls += 1
    }
  }
  const steps = replies[Math.min(callsDone, calls)] ?? []
  const tool = steps.find(isTool)
  const error = steps.find((step) => step.error !== undefined)?.error
  return {
    id, say: steps.map((step) => step.say ?? '').join(''), deltas: steps.find((step) => step.deltas !== undefined)?.deltas ?? 1,
    think: steps.map((step) => step.think ?? '').join(''), side: false,
    ending: steps.some((step) => step.stall === true) ? 'stall' : steps.some((step) => step.cut === true) ? 'cut' : 'whole',
    ...(error === undefined ? {} : { error }),
    ...(tool === undefined ? {} : { call: { id: `call_plan_${callsDone + 1}_${hash(JSON.stringify(plan))}`, ...toCall(tool, tools) } }),
  }
}

export function pieces(text: string, count: number): string[] {
  if (count <= 1 || text.length <= 1) return text === '' ? [] : [text]
  const size = Math.max(1, Math.floor(text.length / count))
  const parts: string[] = []
  for (let at = 0; parts.length < count - 1 && at + size < text.length; at += size) parts.push(text.slice(at, at + size))
  return [...parts, text.slice(parts.join('').length)]
}

const isTool = (step: Step): boolean => step.shell !== undefined || step.write !== undefined || step.edit !== undefined || step.read !== undefined

/** The program's own tool for a step, by the tools that its request declares. */
function toCall(step: Step, tools: readonly Tool[]): { tool: string; input: Record<string, unknown> | string } {
  const find = (...names: string[]) => tools.find((tool) => names.includes(tool.name))
  const shell = find('Bash', 'bash', 'exec_command', 'shell_command', 'shell', 'local_shell', 'run_shell_command')
  const patch = find('apply_patch')
  if (step.write !== undefined) {
    const { path, content } = step.write
    const write = find('Write', 'write', 'write_file')
    if (write !== undefined) return { tool: write.name, input: named(write, [filePath, path], [['content'], content]) }
    const added = content.replace(/\n$/, '').split('\n').map((line) => `+${line}`).join('\n')
    if (patch !== undefined) return { tool: patch.name, input: `*** Begin Patch\n*** Add File: ${path}\n${added}\n*** End Patch` }
  }
  if (step.edit !== undefined) {
    const edit = find('Edit', 'edit', 'replace')
    const { path } = step.edit
    if (edit?.properties.includes('edits') === true) return { tool: edit.name, input: { path, edits: [{ oldText: step.edit.old, newText: step.edit.new }] } }
    if (edit !== undefined) return { tool: edit.name, input: named(edit, [filePath, path], [['old_string', 'oldString', 'oldText'], step.edit.old], [['new_string', 'newString', 'newText'], step.edit.new]) }
    if (patch !== undefined) return { tool: patch.name, input: `*** Begin Patch\n*** Update File: ${path}\n@@\n-${step.edit.old}\n+${step.edit.new}\n*** End Patch` }
  }
  if (step.read !== undefined) {
    const read = find('Read', 'read', 'read_file')
    if (read !== undefined) return { tool: read.name, input: named(read, [filePath, step.read]) }
  }
  if (shell === undefined) throw new Error(`no tool for ${JSON.stringify(step)} among ${tools.map((tool) => tool.name).join(', ')}`)
  return { tool: shell.name, input: shellInput(shell, step.shell ?? `cat '${step.read}'`) }
}

/** What the programs call the path of a file. */
const filePath: readonly string[] = ['file_path', 'filePath', 'absolute_path', 'path']

function shellInput(shell: Tool, command: string): Record<string, unknown> {
  if (shell.properties.includes('cmd')) return { cmd: command }
  // A tool of this name took a list of words before it took a line.
  if ((shell.name === 'shell' && !shell.properties.includes('timeout_seconds')) || shell.name === 'local_shell') return { command: ['bash', '-lc', command] }
  return { command, ...(shell.properties.includes('description') ? { description: 'a step of the plan' } : {}) }
}

function named(tool: Tool, ...values: readonly [readonly string[], string][]): Record<string, unknown> {
  return Object.fromEntries(values.map(([names, value]) => [names.find((name) => tool.properties.includes(name)) ?? names[0], value]))
}

function hash(text: string): string {
  let sum = 7
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003
  return sum.toString(36)
}

function closingBracket(text: string, open: number): number {
  let depth = 0
  let inText = false
  for (let at = open; at < text.length; at += 1) {
    const character = text[at]
    if (inText) {
      if (character === '\\') at += 1
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if (character === '[') depth += 1
    else if (character === ']' && (depth -= 1) === 0) return at
  }
  return -1
}
