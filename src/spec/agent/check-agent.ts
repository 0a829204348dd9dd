import { suggestion } from '../yaml/did-you-mean.ts'
import { listWords, quote } from '../yaml/problem.ts'
import { placeAt } from '../yaml/source-text.ts'
import { entriesOf, entryOf, itemsOf, textOf, type YamlEntry, type YamlNode } from '../yaml/yaml-node.ts'
import { checkPolicies } from '../policy/check-policies.ts'
import { type Load, report, warn } from './agent-part.ts'
import { findHarness, fitModel } from './check-model.ts'
import { expandVariables } from './references.ts'
import type { SourceText } from '../yaml/source-text.ts'

/**
 * What the schema of one agent cannot see: names that must exist, fields that depend on each other. Works on the tree, so
 * it also runs when other parts of the file are wrong.
 */
export function checkAgent(load: Load, source: SourceText, agent: YamlNode): void {
  const check: Check = { load, source, agent }
  const harnesses = checkHarness(check)
  checkModel(check, harnesses)
  checkTools(check)
  checkMcp(check)
  checkWorkspace(check)
  checkOwnPolicies(check)
  checkSubAgentNames(check)
  for (const field of ['skills', 'env', 'secrets']) refuseRepeats(check, field)
}

interface Check {
  readonly load: Load
  readonly source: SourceText
  readonly agent: YamlNode
}

interface Named {
  readonly name: string
  readonly node: YamlNode
}

function valueAt({ agent }: Check, key: string): YamlNode | undefined {
  return entryOf(agent, key)?.value
}

/** The key of an entry as something to point at. */
function keyNode({ key, keyRange }: YamlEntry): YamlNode {
  return { kind: 'text', range: keyRange, value: key, quoted: false }
}

function checkHarness(check: Check): readonly Named[] {
  const { load, source } = check
  const value = valueAt(check, 'harness')
  const named = [value, ...itemsOf(value)].flatMap((node) => (node?.kind === 'text' ? [{ name: node.value, node }] : []))
  const model = valueAt(check, 'model')
  const all = [...named, ...entriesOf(model).map((entry) => ({ name: entry.key, node: keyNode(entry) }))]
  const ids = load.request.knownHarnesses.map(({ id }) => id)
  for (const { name, node } of all) {
    // Not even the form of an id: the schema says so.
    if (findHarness(name, load.request.knownHarnesses) !== undefined || !/^[a-z][a-z0-9:._-]*$/.test(name)) continue
    report(load, { source, node }, 'reference', [`there is no harness ${quote(name)}`, suggestion(name, ids) ?? `known harnesses: ${ids.join(', ')}`])
  }
  refuseRepeats(check, 'harness')
  return named
}

function checkModel(check: Check, harnesses: readonly Named[]): void {
  const { load, source } = check
  const { models, knownHarnesses } = load.request
  const model = valueAt(check, 'model')
  if (models === undefined || model === undefined) return
  const known = harnesses.filter(({ name }) => findHarness(name, knownHarnesses) !== undefined)
  const table = { models, knownHarnesses }
  for (const { key, value } of entriesOf(model)) judgeModel(check, value, [key])
  if (model.kind !== 'text') return
  if (known.length <= 1) return judgeModel(check, model, known.map(({ name }) => name))
  const fits = known.map(({ name }) => ({ name, fit: fitModel(model.value, name, table) }))
  const unreachable = fits.filter(({ fit }) => fit.type === 'unreachable')
  if (fits.every(({ fit }) => fit.type === 'unknown')) return warn(load, { source, node: model }, 'value', unknownModel(model.value))
  const names = unreachable.map(({ name }) => name)
  if (unreachable.length === fits.length) return report(load, { source, node: model }, 'value', [`none of ${listWords(names, 'and')} can reach model ${quote(model.value)}`])
  if (unreachable.length > 0) warn(load, { source, node: model }, 'value', [`${listWords(names, 'and')} cannot reach model ${quote(model.value)} and will be skipped`])
}

function judgeModel({ load, source }: Check, node: YamlNode, harnesses: readonly string[]): void {
  const { models = [], knownHarnesses } = load.request
  const model = textOf(node)
  if (model === undefined) return
  const [harness = ''] = harnesses
  const fit = fitModel(model, harness, { models, knownHarnesses })
  if (fit.type === 'unknown') warn(load, { source, node }, 'value', unknownModel(model))
  if (fit.type !== 'unreachable') return
  report(load, { source, node }, 'value', [`model ${quote(model)} belongs to ${fit.vendor}; harness ${quote(harness)} reaches ${listWords(fit.reaches, 'and') || 'no vendor'}`])
}

function unknownModel(model: string): [string, string] {
  return [`model ${quote(model)} is not known here; it is passed on as it is`, 'check the spelling']
}

function checkTools(check: Check): void {
  const { load, source } = check
  const servers = entriesOf(valueAt(check, 'mcp'))
  const names = servers.map(({ key }) => key)
  const tools = valueAt(check, 'tools')
  const offered = new Set<string>()
  for (const node of itemsOf(tools)) {
    const server = entryOf(node, 'mcp')?.value
    const name = textOf(server)
    if (server === undefined || name === undefined) continue
    offered.add(name)
    if (!names.includes(name)) report(load, { source, node: server }, 'reference', [`there is no MCP server ${quote(name)}`, suggestion(name, names) ?? 'declare it under mcp'])
  }
  refuseRepeats(check, 'tools')
  if (tools?.kind !== 'list') return
  for (const entry of servers) {
    if (!offered.has(entry.key)) warn(load, { source, node: keyNode(entry) }, 'reference', [`MCP server ${quote(entry.key)} will not be offered: tools does not list it`, `add {mcp: ${entry.key}} to tools`])
  }
}

function checkMcp(check: Check): void {
  const { load, source } = check
  for (const entry of entriesOf(valueAt(check, 'mcp'))) {
    if (entry.key === 'omni') report(load, { source, node: keyNode(entry) }, 'value', ['the name "omni" is taken by our own MCP server', 'choose another name'])
    const node = entryOf(entry.value, 'url')?.value
    const written = textOf(node)
    if (node === undefined || written === undefined) continue
    // The expanded address may hold a secret: it is judged, never shown.
    const { text, missing } = expandVariables(written, load.request.environment)
    if (missing.length === 0 && !isHttpAddress(text)) report(load, { source, node }, 'value', [`mcp.${entry.key}.url must be an http:// or https:// address`])
  }
}

function isHttpAddress(text: string): boolean {
  const { protocol } = URL.parse(text) ?? {}
  return protocol === 'http:' || protocol === 'https:'
}

function checkWorkspace(check: Check): void {
  const { load, source } = check
  for (const field of ['copy', 'link']) {
    for (const node of itemsOf(entryOf(valueAt(check, 'workspace'), field)?.value)) {
      const path = textOf(node)
      if (path !== undefined && leavesFolder(path)) report(load, { source, node }, 'value', [`workspace.${field} takes paths inside the workspace, not ${quote(path)}`])
    }
  }
}

/** By text: absolute, home, or more `..` than folders before it. */
export function leavesFolder(path: string): boolean {
  if (path.startsWith('/') || path.startsWith('~')) return true
  let depth = 0
  for (const step of path.split('/')) {
    if (step === '..') depth -= 1
    else if (step !== '' && step !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

function checkOwnPolicies({ load, source, agent }: Check): void {
  const list = entryOf(agent, 'policies')?.value
  // What is no list of maps the schema says.
  if (list?.kind === 'list') load.problems.push(...checkPolicies(source, { ...list, items: list.items.filter(({ kind }) => kind === 'map') }, 'agent').problems)
}

function checkSubAgentNames(check: Check): void {
  const seen = new Map<string, number>()
  for (const item of itemsOf(valueAt(check, 'sub_agents'))) {
    const node = entryOf(item, 'name')?.value
    const name = textOf(node)
    if (node === undefined || name === undefined) continue
    const first = seen.get(name)
    const { line } = placeAt(check.source, node.range[0])
    if (first !== undefined) report(check.load, { source: check.source, node }, 'value', [`two sub-agents are called ${quote(name)}`, `the first is on line ${first}`])
    else seen.set(name, line)
  }
}

function refuseRepeats(check: Check, field: string): void {
  const seen = new Set<string>()
  for (const node of itemsOf(valueAt(check, field))) {
    const server = textOf(entryOf(node, 'mcp')?.value)
    const called = textOf(entryOf(node, 'function')?.value)
    const name = textOf(node) ?? (server === undefined ? called : `{mcp: ${server}}`)
    if (name === undefined) continue
    if (seen.has(name)) report(check.load, { source: check.source, node }, 'value', [`${quote(name)} stands in ${field} twice`, 'remove one'])
    seen.add(name)
  }
}
