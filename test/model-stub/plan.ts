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
  /** The program's own list of what it means to do. */
  readonly todo?: readonly { readonly text: string; readonly status: 'pending' | 'active' | 'done' }[]
  readonly mcp?: { readonly server: string; readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  /** A sub-agent of the program's own, with a plan of its own. */
  readonly task?: readonly Step[]
  /** Tool steps that are called in one answer. */
  readonly together?: readonly Step[]
  /** Sends the text so far, then holds the stream open until the client goes away. */
  readonly stall?: boolean
  /** Breaks the connection in the middle of the stream, the first time. */
  readonly cut?: boolean
  /** `times`: only so often, then the reply goes on as if it were not there. */
  readonly error?: { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>>; readonly times?: number }
}

export interface Tool {
  readonly name: string
  /** JSON Schema property names of its input; empty for tools that take free text. */
  readonly properties: readonly string[]
  /** The group that it is called in, in dialects that have groups. */
  readonly namespace?: string
}

export interface Call {
  readonly id: string
  readonly tool: string
  readonly namespace?: string
  readonly input: Record<string, unknown> | string
}

export interface Reply {
  /** Its own for each answer, as a real service's: programs put answers of one id together. */
  readonly id: string
  readonly say: string
  readonly deltas: number
  readonly think: string
  readonly calls: readonly Call[]
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

/** What has been asked so far. */
export interface Progress {
  /** Tool calls in the conversation since the prompt. */
  readonly callsDone: number
  /** Times that this very answer was asked for before. */
  readonly askedBefore: number
}

export function replyTo(plan: readonly Step[] | undefined, { callsDone, askedBefore }: Progress, tools: readonly Tool[], text: string): Reply {
  const id = randomUUID()
  if (plan === undefined) return { id, say: `Noted: ${text.slice(-60)}`, deltas: 1, think: '', calls: [], ending: 'whole', side: true }
  const steps = stepsOf(plan, callsDone, tools)
  const calls = steps.flatMap((step) => (isTool(step) ? toCalls(step, tools) : []))
  const error = steps.find((step) => step.error !== undefined && askedBefore < (step.error.times ?? Infinity))?.error
  return {
    id, say: steps.map((step) => step.say ?? '').join(''), deltas: steps.find((step) => step.deltas !== undefined)?.deltas ?? 1,
    think: steps.map((step) => step.think ?? '').join(''), side: false,
    ending: steps.some((step) => step.stall === true) ? 'stall' : askedBefore === 0 && steps.some((step) => step.cut === true) ? 'cut' : 'whole',
    ...(error === undefined ? {} : { error }),
    calls: calls.map((call, index) => ({ id: `call_plan_${callsDone + index + 1}_${hash(JSON.stringify(plan))}`, ...call })),
  }
}

/** The steps of the next reply: those up to and including the first tool step that was not called yet. */
function stepsOf(plan: readonly Step[], callsDone: number, tools: readonly Tool[]): readonly Step[] {
  let rest = plan
  let called = 0
  for (;;) {
    const next = rest.findIndex(isTool)
    const step = rest[next]
    if (step === undefined) return rest
    const calls = toCalls(step, tools).length
    if (called + calls > callsDone) return rest.slice(0, next + 1)
    called += calls
    rest = rest.slice(next + 1)
  }
}

export function pieces(text: string, count: number): string[] {
  if (count <= 1 || text.length <= 1) return text === '' ? [] : [text]
  const size = Math.max(1, Math.floor(text.length / count))
  const parts: string[] = []
  for (let at = 0; parts.length < count - 1 && at + size < text.length; at += size) parts.push(text.slice(at, at + size))
  return [...parts, text.slice(parts.join('').length)]
}

const toolSteps = ['shell', 'write', 'edit', 'read', 'todo', 'mcp', 'task', 'together'] as const
const isTool = (step: Step): boolean => toolSteps.some((kind) => step[kind] !== undefined)

/** The calls that one step is. */
function toCalls(step: Step, tools: readonly Tool[]): Omit<Call, 'id'>[] {
  if (step.together !== undefined) return step.together.flatMap((each) => toCalls(each, tools))
  return step.todo === undefined ? [toCall(step, tools)] : planCalls(step.todo, tools)
}

/** The program's own tool for a step, by the tools that its request declares. */
function toCall(step: Step, tools: readonly Tool[]): Omit<Call, 'id'> {
  const find = (...names: string[]) => tools.find((tool) => names.includes(tool.name))
  const shell = find('Bash', 'bash', 'exec_command', 'shell_command', 'shell', 'local_shell', 'run_shell_command')
  const patch = find('apply_patch')
  if (step.mcp !== undefined) {
    const { server, tool, input } = step.mcp
    const known = tools.find((each) => `${each.namespace ?? ''}${each.name}`.includes(server) && each.name.endsWith(tool)) ?? keptBack(tools, { name: tool, namespace: `mcp__${server}`, properties: [] })
    return { tool: known?.name ?? `mcp__${server}__${tool}`, ...inGroup(known), input: { ...input } }
  }
  if (step.task !== undefined) {
    const agent = find('Agent', 'Task', 'task', 'agent', 'spawn_agent', 'invoke_agent') ?? keptBack(tools, { name: 'spawn_agent', namespace: 'multi_agent_v1', properties: ['message'] })
    const prompt = `A part of the work. PLAN:${JSON.stringify(step.task)}`
    if (agent?.name === 'spawn_agent') return { tool: agent.name, ...inGroup(agent), input: { message: prompt } }
    if (agent !== undefined) return { tool: agent.name, input: named(agent, [['prompt', 'message'], prompt], [['description'], 'a part of the work'], [['subagent_type', 'agent_type', 'agent_name'], agent.name === 'task' ? 'general' : 'general-purpose']) }
  }
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
    // One program wants to be told why.
    const why = edit?.properties.includes('instruction') === true ? { instruction: 'as the plan says' } : {}
    if (edit !== undefined) return { tool: edit.name, input: { ...named(edit, [filePath, path], [['old_string', 'oldString', 'oldText'], step.edit.old], [['new_string', 'newString', 'newText'], step.edit.new]), ...why } }
    if (patch !== undefined) return { tool: patch.name, input: `*** Begin Patch\n*** Update File: ${path}\n@@\n-${step.edit.old}\n+${step.edit.new}\n*** End Patch` }
  }
  if (step.read !== undefined) {
    const read = find('Read', 'read', 'read_file')
    if (read !== undefined) return { tool: read.name, input: named(read, [filePath, step.read]) }
  }
  if (shell === undefined) throw new Error(`no tool for ${JSON.stringify(step)} among ${tools.map((tool) => tool.name).join(', ')}`)
  return { tool: shell.name, input: shellInput(shell, step.shell ?? `cat '${step.read}'`) }
}

/** Some programs describe a tool only when it is searched for, and take a call of it all the same. */
function keptBack(tools: readonly Tool[], tool: Tool): Tool | undefined {
  return has(tools, 'tool_search') && !callsByName(tools) ? tool : undefined
}

const has = (tools: readonly Tool[], wanted: string): boolean => tools.some(({ name }) => name === wanted)
/** It keeps tools back as well, and takes calls of them by their whole name. */
const callsByName = (tools: readonly Tool[]): boolean => has(tools, 'tool_search') && has(tools, 'tool_call')

const inGroup = (tool: Tool | undefined): { namespace?: string } => (tool?.namespace === undefined ? {} : { namespace: tool.namespace })

/** Programs that have no list of their own are made to say so by a call that they do not know. */
function planCalls(entries: NonNullable<Step['todo']>, tools: readonly Tool[]): Omit<Call, 'id'>[] {
  const status = { pending: 'pending', active: 'in_progress', done: 'completed' } as const
  if (tools.some((tool) => tool.name === 'TaskCreate')) {
    // A list that is kept task by task: each gets the next number.
    const created = entries.map((entry) => ({ tool: 'TaskCreate', input: { subject: entry.text, description: entry.text } }))
    const moved = entries.flatMap((entry, index) => (entry.status === 'pending' ? [] : [{ tool: 'TaskUpdate', input: { taskId: String(index + 1), status: status[entry.status] } }]))
    return [...created, ...moved]
  }
  const tool = tools.find(({ name }) => ['TodoWrite', 'todo_write', 'write_todos', 'todowrite', 'TodoList', 'update_plan'].includes(name)) ?? (callsByName(tools) ? { name: 'todo_write', properties: ['todos'] } : undefined)
  if (tool === undefined) return [{ tool: 'update_plan', input: { plan: [] } }]
  if (tool.name === 'TodoList') return [{ tool: tool.name, input: { todos: entries.map((entry) => ({ title: entry.text, status: entry.status === 'active' ? 'in_progress' : entry.status })) } }]
  if (tool.properties.includes('plan')) return [{ tool: tool.name, input: { plan: entries.map((entry) => ({ step: entry.text, status: status[entry.status] })) } }]
  const told = (entry: (typeof entries)[number], index: number) => ({ id: String(index + 1), content: entry.text, description: entry.text, activeForm: entry.text, priority: 'medium', status: status[entry.status] })
  return [{ tool: tool.name, input: { todos: entries.map(told) } }]
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
