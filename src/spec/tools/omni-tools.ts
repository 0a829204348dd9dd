import { z } from 'zod'
import type { AgentSpec } from '../agent/agent-spec.ts'

/** The engine's tools for agents: served to every harness as the MCP server `omni`, done by the engine. */
export const omniServer = 'omni'

const child = z.string().min(1).max(80).describe('the handle that delegate gave')
const text = z.string().min(1).max(12_000)

const inputs = {
  delegate: z.strictObject({
    agent: z.string().min(1).max(80).describe('name of the sub-agent'),
    task: text.describe('all that it has to know: it sees nothing of this conversation'),
    title: z.string().min(1).max(80).describe('a few words, shown to people'),
    model: z.string().min(1).max(200).optional().describe('instead of its own'),
  }),
  send: z.strictObject({ child, message: text.describe('its next prompt; it waits while the child is at work') }),
  steer: z.strictObject({ child, message: text.describe('said into what it is doing now') }),
  cancel: z.strictObject({ child }),
  wait: z.strictObject({ children: z.array(child).min(1).max(64).optional().describe('left out: all that are at work') }),
  inbox: z.strictObject({}),
  children: z.strictObject({}),
  result: z.strictObject({ child }),
  ask_all: z.strictObject({ agents: z.array(z.string().min(1).max(80)).min(1).max(8).optional().describe('names of sub-agents; left out: all'), question: text.describe('all that they have to know: they see nothing of this conversation') }),
  debate: z.strictObject({
    agents: z.array(z.string().min(1).max(80)).min(2).max(8).optional().describe('names of sub-agents; left out: all'),
    question: text.describe('all that they have to know: they see nothing of this conversation'),
    rounds: z.int().min(1).max(8).default(3).describe('at most'),
  }),
} as const
export type OmniTool = keyof typeof inputs
export type OmniInput<Tool extends OmniTool> = z.infer<(typeof inputs)[Tool]>

const descriptions: Readonly<Record<OmniTool, string>> = {
  delegate: 'Starts a sub-agent on a task and returns its handle at once. It works beside you; when it has finished, you are told: in your inbox, by wait, or by a message that wakes you.',
  send: 'Gives a sub-agent that you started another prompt. It knows its conversation so far.',
  steer: 'Says something to a sub-agent while it works.',
  cancel: 'Stops what a sub-agent is doing. It can be given another prompt.',
  wait: 'Waits until the named sub-agents have finished, and returns what they said. Returns within a minute: where some are still at work, wait again.',
  inbox: 'What sub-agents have said since you were last told.',
  children: 'Your sub-agents: who is at work, who has finished, which agents can be started.',
  result: 'The last words of a sub-agent, whole.',
  ask_all: 'Asks sub-agents one question, none of them seeing the others, and returns what each said.',
  debate: 'Asks sub-agents one question, then has each object to what the others said and revise its own answer, until they agree, nobody changes, or the rounds are over. Returns what each said last, and what is still disputed.',
}

/** Which capabilities of the agent file grant a tool; one of them does. */
const grants: Readonly<Record<OmniTool, readonly string[]>> = {
  delegate: ['delegate'], send: ['delegate'], steer: ['delegate'], cancel: ['delegate'], ask_all: ['debate'], debate: ['debate'],
  wait: ['delegate', 'debate'], inbox: ['delegate', 'debate'], children: ['delegate', 'debate'], result: ['delegate', 'debate'],
}
export const omniTools = Object.keys(inputs) as readonly OmniTool[] // Proof: it is a literal.

const isOmniTool = (name: string): name is OmniTool => Object.hasOwn(inputs, name)

/** The tools that an agent with these capabilities is given. */
export const omniToolsOf = (capabilities: readonly string[]): readonly OmniTool[] => omniTools.filter((tool) => grants[tool].some((name) => capabilities.includes(name)))

/** As MCP describes a tool. */
export const describeOmniTool = (tool: OmniTool): { readonly name: string; readonly description: string; readonly inputSchema: object } =>
  ({ name: tool, description: descriptions[tool], inputSchema: z.toJSONSchema(inputs[tool], { io: 'input' }) })

export type OmniCall = { [Tool in OmniTool]: { readonly tool: Tool; readonly input: OmniInput<Tool> } }[OmniTool]

/** A call of one of the tools, checked; or what is wrong with it. */
export function readOmniCall(tool: string, input: unknown): { readonly ok: true; readonly call: OmniCall } | { readonly ok: false; readonly problem: string } {
  if (!isOmniTool(tool)) return { ok: false, problem: `There is no tool ${tool}. There are: ${omniTools.join(', ')}.` }
  const read = inputs[tool].safeParse(input)
  if (read.success) return { ok: true, call: { tool, input: read.data } as OmniCall } // Proof: parsed by the tool's own schema.
  const [issue] = read.error.issues
  return { ok: false, problem: `${tool} can not be called like this: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'it is not understood'}.`.replaceAll('  ', ' ') }
}

/** The sub-agents that an agent may start, by name. */
export const subAgentsOf = (spec: Pick<AgentSpec, 'sub_agents'>): ReadonlyMap<string, AgentSpec> => new Map(spec.sub_agents.map((agent) => [agent.name, agent]))
