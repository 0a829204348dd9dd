import { z } from 'zod'

/** A call as the model makes it: what is offered to the model, checked on both sides of the protocol. */
const path = z.string().min(1).max(4_096).describe('path of the file, relative to the work folder or absolute')

export const inputs = {
  read: z.object({
    path,
    offset: z.number().int().min(1).optional().describe('first line to read, counted from 1'),
    limit: z.number().int().min(1).max(10_000).optional().describe('how many lines; default 2000'),
  }),
  write: z.object({ path, content: z.string().describe('the whole new content of the file') }),
  edit: z.object({
    path,
    old_string: z.string().min(1).describe('text to replace, exactly as it is in the file, without line numbers'),
    new_string: z.string().describe('text to put in its place'),
    replace_all: z.boolean().optional().describe('replace every occurrence; otherwise old_string must be there exactly once'),
  }),
  shell: z.object({
    command: z.string().min(1).describe('a line for sh, run in the work folder; standard input is empty'),
    timeout_seconds: z.number().int().min(1).max(3_600).optional().describe('stop it after this long; default 120'),
  }),
  search: z.object({
    pattern: z.string().min(1).optional().describe('Perl-style regular expression; without it, names of files are listed'),
    path: path.optional().describe('folder or file to search; default: the work folder'),
    glob: z.string().min(1).max(1_000).optional().describe('only files that match, such as **/*.ts'),
    ignore_case: z.boolean().optional(),
    context: z.number().int().min(0).max(20).optional().describe('lines to show around each match'),
  }),
  web: z.object({ url: z.url({ protocol: /^https?$/ }).max(4_096).describe('address to fetch with GET') }),
  update_plan: z.object({
    plan: z.array(z.object({ step: z.string().min(1).max(500), status: z.enum(['pending', 'in_progress', 'completed']) })).max(50).describe('every step, in order'),
  }),
} as const

export type ToolName = keyof typeof inputs
export const toolNames = Object.keys(inputs) as readonly ToolName[] // Proof: the keys of a literal.

const use = <Name extends ToolName>(name: Name) => z.object({ tool: z.literal(name), input: inputs[name] })
const served = z.object({ tool: z.literal('mcp'), name: z.string(), input: z.record(z.string(), z.unknown()) })
/** A call that is asked for; `mcp` is one of a tool server's, by the name that the model has for it. */
export const ToolUse = z.discriminatedUnion('tool', [use('read'), use('write'), use('edit'), use('shell'), use('search'), use('web'), served])
export type ToolUse = z.infer<typeof ToolUse>
/** Calls that the adapter runs and answers with a result; the program runs the others itself. */
export type AdapterUse = Extract<ToolUse, { tool: 'shell' | 'search' | 'mcp' }>
export type OwnUse = Exclude<ToolUse, AdapterUse>

/** The capability word of the agent file that a tool needs. */
export const capabilityOf: Readonly<Record<Exclude<ToolName, 'update_plan'>, string>> = { read: 'read', search: 'read', write: 'edit', edit: 'edit', shell: 'shell', web: 'web' }

/** The tools of our own within a ceiling. A plan touches nothing, so it needs no word; an agent without tools has nothing to plan. */
export function toolsWithin(capabilities: readonly string[]): readonly ToolName[] {
  const tools = toolNames.filter((name) => name !== 'update_plan' && capabilities.includes(capabilityOf[name]))
  return tools.length === 0 ? [] : [...tools, 'update_plan']
}

/** What the model is told each tool does. */
export const descriptions: Readonly<Record<ToolName, string>> = {
  read: 'Read a file of the work folder. Lines of text come numbered; a long file comes in parts, and the answer says how to read on. A picture (PNG, JPEG, GIF, WebP) is shown to you. A folder is listed.',
  search: 'Search the contents of files, or list files by name. Leaves out what .gitignore names. Prefer it to grep, find and ls in the shell.',
  write: 'Create a file, or replace one wholly. Folders are made. To change part of a file, use edit.',
  edit: 'Replace exact text in a file. Read the file first. The answer is a diff of what changed.',
  shell: 'Run a command line in the work folder. The answer has both outputs and, when it fails, the exit code. Long output loses its middle, and the answer says which file has all of it. It is not a terminal; nothing can be typed in. Background processes end with the command.',
  web: 'Fetch a page or file over HTTP(S) as text.',
  update_plan: 'Say what you mean to do, for work of several steps; the person sees it. Give the whole list each time: one step in_progress, the ones before it completed. Leave it out for small work.',
}
