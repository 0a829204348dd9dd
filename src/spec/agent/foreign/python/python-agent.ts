import { join } from 'node:path/posix'
import { quote } from '../../../yaml/problem.ts'
import { entryOf, type Range, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'
import { fileExists } from '../../agent-part.ts'
import { leavesFolder } from '../../check-agent.ts'
import { type Draft, newDraft, put } from '../draft.ts'
import { literal, mapNode, textNode } from '../make-node.ts'
import { descriptionNode, expectText, expectTexts, type FieldRules, lose, nameNode, readFields, refuse, type Translation } from '../translation.ts'
import { giveTools } from './give-tools.ts'
import { readExecutor, readLlm } from './python-executor.ts'
import { readOsEnv } from './python-os-env.ts'
import { readGuardrails, readPolicies } from './python-policies.ts'
import { readTools } from './python-tools.ts'

export interface PythonScope {
  readonly translation: Translation
  readonly kind: 'python-bundle' | 'python-file'
  readonly folder: string
  /** Where things stand that the file does not say in so many words. */
  readonly place: Range
  /** Of an inline sub-agent: the key it stands under, and what `os_env: inherit` means. */
  readonly parent?: { readonly label: string; readonly osEnv: YamlNode | undefined }
}

/** One agent: the root of a file, or a tool of type `agent`. */
export async function readAgent(scope: PythonScope, node: YamlNode): Promise<Draft> {
  const { translation, parent } = scope
  const draft = newDraft()
  draft.tools = []
  const osEnv = osEnvOf(scope, node)
  readFields(translation, { node, label: parent?.label ?? '' }, { ...identityRules(scope, draft), ...workRules(scope, draft, osEnv), ...lostRules })
  await readPrompt(scope, draft, node)
  const tools = entryOf(node, 'tools')
  if (tools !== undefined) await readTools(scope, draft, { entry: tools, osEnv, readAgent })
  giveTools(scope, draft, { node, osEnv })
  return draft
}

function identityRules({ translation }: PythonScope, draft: Draft): FieldRules {
  return {
    spec_version: ({ value }) => {
      if (value.kind !== 'unreadable' && (value.kind !== 'number' || value.value !== 1)) refuse(translation, value.range, 'value', 'spec_version must be 1: other versions are not known here')
    },
    name: (entry) => {
      const text = expectText(translation, entry)
      if (text !== undefined) put(draft, 'name', nameNode(translation, entry.value.range, text), entry.keyRange)
    },
    description: (entry) => {
      const text = expectText(translation, entry)
      if (text !== undefined) put(draft, 'description', descriptionNode(translation, entry.value.range, text), entry.keyRange)
    },
  }
}

function workRules(scope: PythonScope, draft: Draft, osEnv: YamlNode | undefined): FieldRules {
  const { translation } = scope
  const later = () => undefined
  return {
    prompt: later, instructions: later, tools: later, type: later,
    executor: (entry) => readExecutor(scope, draft, entry),
    llm: (entry) => readLlm(scope, draft, entry),
    os_env: () => readOsEnv(translation, draft, osEnv),
    policies: (entry) => readPolicies(translation, draft, entry.value, 'policies'),
    guardrails: (entry) => readGuardrails(translation, draft, entry.value),
    skills: (entry) => readSkillFilter(translation, draft, entry),
    interaction: ({ value }) => readFields(translation, { node: value, label: 'interaction' }, {
      conversational: { same: [true], otherwise: 'every session is a conversation' },
      modalities: readModalities(translation),
    }),
  }
}

const lostRules: FieldRules = {
  async: { same: [true], otherwise: 'sub-agents always run beside their parent' },
  cancellable: { same: [true], otherwise: 'every turn can be stopped' },
  timers: { same: [false], otherwise: 'there are no timer tools' },
  runtime: { same: [false], otherwise: 'it means nothing here' },
  spawn: { same: [false], otherwise: 'delegate starts only agents listed under sub_agents' },
  pass_history: { same: [false], otherwise: 'a sub-agent gets the task, not the conversation of its parent' },
  pass_histories: { same: [false, null], otherwise: 'a sub-agent gets the task, not the conversation of its parent' },
  max_sessions: 'live sub-agents are limited for the whole tree (limits.children)',
  agent_session_sharing: { same: ['none', null], otherwise: 'who may see a session is not part of an agent file' },
  params: 'they are for its tools and skills; parameters here stand in prompts and values',
  terminals: 'an agent starts no terminals of its own; shell runs commands',
  labels: 'policies know no labels yet',
  label_schema: 'policies know no labels yet',
  ask_timeout: 'a policy says how long a person has (approval.timeout)',
  policy_transparency: { same: [false], otherwise: 'policies are shown in the session' },
  compaction: 'each harness shortens its own conversation',
  memories: 'there is no memory between sessions',
  workflow: 'there are no workflows; say the steps in the prompt',
  metadata: 'there is no place for it',
  input_type: 'sessions take text',
  output_type: 'sessions answer in text',
}

function readModalities(translation: Translation) {
  return ({ value }: YamlEntry): void => {
    const check = (entry: YamlEntry) => {
      for (const { text, node } of expectTexts(translation, entry, `interaction.modalities.${entry.key}`)) {
        if (text !== 'text') lose(translation, node.range, `${entry.key} of ${quote(text)} is not carried: sessions are text`)
      }
    }
    readFields(translation, { node: value, label: 'interaction.modalities' }, { input: check, output: check })
  }
}

/** `skills` there chooses among the skills of the machine; those of the bundle are always loaded. */
function readSkillFilter(translation: Translation, draft: Draft, entry: YamlEntry): void {
  const named = expectTexts(translation, entry, 'skills')
  if (entry.value.kind === 'null' || (named.length === 1 && named[0]?.text === 'all' && entry.value.kind === 'text')) return
  put(draft, 'inherit', textNode(entry.value.range, 'none'), entry.keyRange)
  const some = named.filter(({ text }) => text !== 'none').map(({ text }) => quote(text))
  const chosen = some.length === 0 ? '' : `; of the machine's skills ${some.join(', ')} would be loaded`
  lose(translation, entry.value.range, `skills becomes inherit: none, which keeps out the user's memory files and commands too${chosen}`, 'name skill folders under skills')
}

function osEnvOf({ translation, parent }: PythonScope, node: YamlNode): YamlNode | undefined {
  const entry = entryOf(node, 'os_env')
  if (entry === undefined || entry.value.kind === 'null') return undefined
  if (entry.value.kind === 'text' && entry.value.value === 'inherit') {
    if (parent === undefined) refuse(translation, entry.value.range, 'value', 'os_env: inherit stands in a sub-agent only')
    return parent?.osEnv
  }
  return entry.value
}

/** `instructions` goes before `prompt`; a value that names a file is that file. */
async function readPrompt({ translation, kind, folder, place, parent }: PythonScope, draft: Draft, node: YamlNode): Promise<void> {
  const instructions = entryOf(node, 'instructions')
  const prompt = entryOf(node, 'prompt')
  const entry = instructions ?? prompt
  if (instructions !== undefined && prompt !== undefined) lose(translation, prompt.keyRange, 'prompt is not carried: instructions goes before it')
  if (entry === undefined || entry.value.kind === 'null') {
    if (kind === 'python-bundle' && parent === undefined && (await fileExists(translation.load, join(folder, 'AGENTS.md')))) put(draft, 'prompt', mapNode(place, { file: textNode(place, 'AGENTS.md') }))
    return
  }
  const text = expectText(translation, entry)
  if (text === undefined) return
  const mayBeFile = kind === 'python-bundle' || entry === instructions
  const isFile = mayBeFile && (looksLikeFile(text) || (isPath(text) && (await fileExists(translation.load, join(folder, text)))))
  put(draft, 'prompt', isFile ? mapNode(entry.value.range, { file: literal(entry.value) }) : literal(entry.value), entry.keyRange)
}

/** A missing file of such a name is a mistake, not a prompt of one word. */
function looksLikeFile(text: string): boolean {
  return /^[\w./-]{1,200}\.(?:md|txt)$/.test(text)
}

function isPath(text: string): boolean {
  return /^[^\n\t]{1,200}$/.test(text) && !leavesFolder(text)
}
