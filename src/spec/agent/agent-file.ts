/**
 * The agent file, version 1, as it is written: one YAML map (`spec/yaml/parse-strict-yaml.ts` says which YAML). Every field may
 * be left out. This schema knows shapes only; what needs other files, the machine or a look at two fields at once is checked
 * by `load-agent.ts`. The descriptions go into the JSON Schema, so editors show them.
 *
 * `policies` are lists of maps here and nothing more: their grammar belongs to `policy/` and is not checked yet.
 */
import { z } from 'zod'
import type { Vocabulary } from '../yaml/validate-yaml.ts'
import { SandboxSection } from './sandbox-section.ts'
import { agentName, command, effortLevels, envName, envValue, filePath, functionRef, harnessId, mcpName, modelId, paramName, profileNames, secretName, slug } from './words.ts'

export const capabilityNames = ['read', 'edit', 'shell', 'web', 'delegate', 'review', 'debate'] as const

const PromptField = z.union([
  z.string().max(200_000),
  z.strictObject({ file: filePath.describe('a text file, relative to this file') }),
])

const HarnessField = z.union([harnessId, z.array(harnessId).min(1).max(20)])

const ModelField = z.union([modelId, z.record(harnessId, modelId)])

const ToolEntry = z.union([
  z.enum(capabilityNames),
  z.strictObject({ mcp: mcpName.describe('a server declared under mcp') }),
  z.strictObject({ function: functionRef.describe('./file.ts#name of a function') }),
])

const McpServer = z.union([
  z.strictObject({
    command: z.string().min(1).max(1_000).describe('program to start'),
    args: z.array(z.string().max(4_000)).max(200).optional(),
    env: z.record(envName, envValue).optional(),
  }),
  z.strictObject({
    url: z.string().min(1).max(4_000).describe('https:// address of a remote server'),
    headers: z.record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, 'is not the name of an HTTP header'), envValue).optional(),
  }),
])

const WorkspaceSection = z.strictObject({
  mode: z.enum(['here', 'worktree', 'temp']).optional().describe('default: here for a root, worktree for coding sub-agents'),
  base: z.string().regex(/^[A-Za-z0-9_][\w./@^~-]{0,199}$/, 'must be a git ref').optional().describe('git ref to start from'),
  setup: z.array(command).max(50).optional().describe('commands that run in the box before the first turn'),
  run: command.optional().describe('command that starts the project'),
  teardown: z.array(command).max(50).optional().describe('commands that run in the box at the end'),
  copy: z.array(filePath).max(100).optional().describe('files to copy into a new worktree'),
  link: z.array(filePath).max(100).optional().describe('folders to link into a new worktree'),
})

const LimitsSection = z.strictObject({
  depth: z.int().min(0).max(16).optional().describe('levels of sub-agents below the root; default 4'),
  children: z.int().min(0).max(256).optional().describe('live sub-agents at a time; default 16'),
  turns: z.int().min(1).optional(),
  minutes: z.number().gt(0).optional(),
  tokens: z.int().min(1).optional(),
  usd: z.number().min(0).optional(),
})

const ParamValue = z.union([z.string().max(10_000), z.number(), z.boolean()])
const Param = z.union([
  ParamValue,
  z.strictObject({
    type: z.enum(['text', 'number', 'integer', 'boolean']).optional().describe('default: the type of default, else text'),
    default: ParamValue.optional().describe('without it the value is asked for'),
    description: z.string().max(500).optional(),
    options: z.array(z.string().max(200)).min(1).max(100).optional().describe('the texts to choose from'),
  }),
])

const SecretUse = z.strictObject({ hosts: z.array(z.string().regex(/^[A-Za-z0-9*][A-Za-z0-9.*:-]{0,252}$/, 'must be a host name')).min(1).max(100).optional() })
const SecretsField = z.union([
  z.array(z.union([secretName, z.record(secretName, SecretUse)])).max(100),
  z.record(secretName, SecretUse),
])

const EnvField = z.union([
  z.array(z.union([envName, z.record(envName, envValue)])).max(200),
  z.record(envName, envValue),
])

export const AgentFile = z.strictObject({
  name: agentName.optional().describe('shown everywhere; default: the file name'),
  description: z.string().min(1).max(300).regex(/^[^\n]*$/, 'must be one line').optional().describe('one line for pickers'),
  prompt: PromptField.optional().describe("instructions appended to the harness's own system prompt: text, or {file: AGENTS.md}"),
  harness: HarnessField.optional().describe('the program to run, or a list in order of preference; default: the one of omni config'),
  model: ModelField.optional().describe("model id, alias, provider/model, or a map by harness; default: the harness's own"),
  effort: z.enum(effortLevels).optional().describe('reasoning effort where the harness has it'),
  tools: z.array(ToolEntry).max(200).optional().describe('what the agent may do at most; default [read, edit, shell, web]'),
  mcp: z.record(mcpName, McpServer).optional().describe('MCP servers for this agent: {command, args, env} or {url, headers}'),
  skills: z.array(filePath).max(100).optional().describe('folders with a SKILL.md'),
  get sub_agents() { return z.array(SubAgent).max(64).optional().describe('inline agents, {file: …} or {agent: name}') },
  policies: z.array(z.record(z.string(), z.json())).max(500).optional().describe('list of policies, each a map'),
  sandbox: z.union([z.enum(profileNames), SandboxSection]).optional().describe('profile name or map; default workspace'),
  workspace: WorkspaceSection.optional().describe('where the agent works'),
  limits: LimitsSection.optional().describe('bounds for the whole tree'),
  params: z.record(paramName, Param).optional().describe('values for ${name} in prompt and values'),
  checks: z.record(slug, z.strictObject({ command })).optional().describe('declared checks for run_check and the merge gate'),
  inherit: z.enum(['user', 'none']).optional().describe("whether the user's own memory files, skills and commands come along; default user"),
  secrets: SecretsField.optional().describe('names of secrets defined in the user or server configuration'),
  env: EnvField.optional().describe('names of host variables to let in, or NAME: value'),
})
export type AgentFile = z.infer<typeof AgentFile>

const SubAgent = z.union([
  z.strictObject({ file: filePath.describe('another agent file, relative to this one') }),
  z.strictObject({ agent: agentName.describe('an agent by name') }),
  AgentFile,
])

/** What people of other tools write for our words, in `snake_case`. */
const synonyms: Readonly<Record<string, string>> = {
  instructions: 'prompt', instruction: 'prompt', system: 'prompt', system_prompt: 'prompt', executor: 'harness', runtime: 'harness', engine: 'harness',
  llm: 'model', reasoning_effort: 'effort', thinking: 'effort', reasoning: 'effort', allowed_tools: 'tools', capabilities: 'tools', mcp_servers: 'mcp',
  agents: 'sub_agents', children: 'sub_agents', permissions: 'policies', guardrails: 'policies', rules: 'policies', box: 'sandbox', omnibox: 'sandbox',
  budget: 'limits', parameters: 'params', inputs: 'params', variables: 'params', tests: 'checks', environment: 'env', title: 'name', id: 'name',
  bash: 'shell', exec: 'shell', terminal: 'shell', write: 'edit', files: 'edit', search: 'read', grep: 'read', fetch: 'web', internet: 'web',
  cwd: 'workspace', worktree: 'workspace', values: 'options', choices: 'options', enum: 'options', cmd: 'command', headless: 'browser',
  string: 'text', bool: 'boolean', int: 'integer', float: 'number', readonly: 'read-only',
}

export const agentVocabulary: Vocabulary = {
  synonyms,
  advice: { from: 'a secret is defined in the user or server configuration (omni secret set), never in an agent file' },
  laterValues: { browser: 'remove it' },
}
