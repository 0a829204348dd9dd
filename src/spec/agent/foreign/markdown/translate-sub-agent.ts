import { basename } from 'node:path/posix'
import { effortLevels } from '../../words.ts'
import { entriesOf, itemsOf, textOf, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'
import { quote } from '../../../yaml/problem.ts'
import { type Draft, draftNode, newDraft, put } from '../draft.ts'
import type { SubAgentDialect } from '../foreign-dialects.ts'
import { escapeReferences, literal, mapNode, textNode } from '../make-node.ts'
import { descriptionNode, expectText, expectTexts, type FieldRules, lose, nameNode, readFields, refuse, type Translation } from '../translation.ts'
import { readFrontMatter } from './front-matter.ts'
import { translateTools } from './sub-agent-tools.ts'

/** The native map of a sub-agent file: Markdown whose front matter says what the agent is and whose body is its prompt. */
export function translateSubAgent(translation: Translation): YamlNode | undefined {
  const { load, source, dialects: { subAgents: dialect } } = translation
  if (dialect === undefined) {
    refuse(translation, [0, 1], 'unavailable', 'Markdown agent files are not read here', 'write a YAML file')
    return undefined
  }
  const { matter, problems } = readFrontMatter(source)
  load.problems.push(...problems)
  if (matter === undefined) return undefined
  const { root, body } = matter
  const draft = newDraft()
  const place = entriesOf(root)[0]?.keyRange ?? [0, 3]
  readFields(translation, { node: root, label: '' }, rules(translation, draft, dialect))
  if (!draft.fields.has('name')) put(draft, 'name', nameNode(translation, place, basename(source.path).replace(/\.md$/i, '')))
  put(draft, 'harness', textNode(place, dialect.harness))
  if (body.text !== '') put(draft, 'prompt', textNode(body.range, escapeReferences(body.text)))
  translateTools(translation, draft, { root, dialect })
  return draftNode(draft, root.range, place)
}

function rules(translation: Translation, draft: Draft, dialect: SubAgentDialect): FieldRules {
  const done = () => undefined
  return {
    name: (entry) => {
      const text = expectText(translation, entry)
      if (text !== undefined) put(draft, 'name', nameNode(translation, entry.value.range, text), entry.keyRange)
    },
    description: (entry) => {
      const text = expectText(translation, entry)
      if (text !== undefined) put(draft, 'description', descriptionNode(translation, entry.value.range, text), entry.keyRange)
    },
    // Both are read together, after the MCP servers are known.
    tools: done, disallowedTools: done,
    mcpServers: (entry) => readServers(translation, draft, entry),
    model: (entry) => {
      const text = expectText(translation, entry)
      if (text !== undefined && text !== 'inherit') put(draft, 'model', literal(entry.value), entry.keyRange)
    },
    effort: (entry) => readEffort(translation, draft, entry),
    permissionMode: (entry) => readMode(translation, draft, entry),
    isolation: (entry) => {
      const text = expectText(translation, entry)
      if (text === 'worktree') put(draft, 'workspace', mapNode(entry.value.range, { mode: entry.value }), entry.keyRange)
      else if (text !== undefined) lose(translation, entry.value.range, `isolation ${quote(text)} is not carried: it is not known here`)
    },
    background: { same: [false, null], otherwise: 'whether a sub-agent is waited for is decided where it is started' },
    skills: 'skills are folders here, named by path; the user’s own come along (inherit: user)',
    hooks: 'no commands run at its events; say what must not happen as policies, what must pass as checks',
    memory: `its memory folder stays with ${dialect.title}; put what it must know into the prompt`,
    maxTurns: 'no limit counts the steps of one turn; limits has turns, minutes, tokens and usd',
    color: 'agents have no colour here',
    initialPrompt: 'a first prompt is given when a session starts (omni run -p)',
  }
}

function readEffort(translation: Translation, draft: Draft, entry: YamlEntry): void {
  const text = expectText(translation, entry)
  if (text === undefined) return
  if (effortLevels.some((level) => level === text)) put(draft, 'effort', entry.value, entry.keyRange)
  else lose(translation, entry.value.range, `effort ${quote(text)} is not carried: levels are ${effortLevels.join(', ')}`)
}

/** A mode that allows less is kept, one that asks less is not: what is asked about is for policies and a person to say. */
function readMode(translation: Translation, draft: Draft, entry: YamlEntry): void {
  const text = expectText(translation, entry)
  if (text === undefined || text === 'default') return
  if (text === 'plan') return put(draft, 'sandbox', textNode(entry.value.range, 'read-only'), entry.keyRange)
  lose(translation, entry.value.range, `permissionMode ${quote(text)} is not carried: policies say what is asked about`, 'stricter here')
}

/** A list of names and `name: {…}` maps, or one map. */
function readServers(translation: Translation, draft: Draft, entry: YamlEntry): void {
  const { value } = entry
  if (value.kind === 'map') return value.entries.forEach((server) => readServer(translation, draft, server))
  for (const item of itemsOf(value)) {
    if (item.kind === 'map') item.entries.forEach((server) => readServer(translation, draft, server))
  }
  const names = value.kind === 'list' ? { ...entry, value: { ...value, items: value.items.filter(({ kind }) => kind !== 'map') } } : entry
  for (const { text, node } of expectTexts(translation, names, 'mcpServers')) {
    lose(translation, node.range, `MCP server ${quote(text)} is not carried: it is declared in another file`, 'declare it under mcp: {command, args, env} or {url, headers}')
  }
}

function readServer(translation: Translation, draft: Draft, { key, keyRange, value }: YamlEntry): void {
  if (value.kind === 'text' || value.kind === 'null') {
    return lose(translation, keyRange, `MCP server ${quote(key)} is not carried: it is declared in another file`, 'declare it under mcp: {command, args, env} or {url, headers}')
  }
  const kept: YamlEntry[] = []
  const label = `mcpServers.${key}`
  const keep = (entry: YamlEntry) => void kept.push(entry)
  const keepLiteral = (entry: YamlEntry) => {
    for (const node of [entry.value, ...itemsOf(entry.value)]) {
      if (textOf(node)?.includes('${') === true) lose(translation, node.range, `\${…} in ${label}.${entry.key} stays as it is: variables are put into env, url and headers only`, 'hand the value over in env')
    }
    kept.push({ ...entry, value: literal(entry.value) })
  }
  readFields(translation, { node: value, label }, {
    command: keepLiteral, args: keepLiteral, env: keep, url: keep, headers: keep,
    type: { same: ['stdio', 'http', 'sse', 'streamable-http'], otherwise: 'servers are programs or addresses' },
    timeout: 'it has no limit of its own', oauth: 'sign-in is not part of an agent file', headersHelper: 'no command runs to make headers',
  })
  draft.mcp.push({ key, keyRange, value: value.kind === 'map' ? { ...value, entries: kept } : value })
}
