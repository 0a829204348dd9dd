import { entryOf, textOf, type YamlNode } from '../../../yaml/yaml-node.ts'
import { capabilityNames } from '../../agent-file.ts'
import type { Draft } from '../draft.ts'
import { mapNode, textNode } from '../make-node.ts'
import { lose } from '../translation.ts'
import type { PythonScope } from './python-agent.ts'

/** What the agent may do, in our words: `os_env` gives files and shell, built-ins give the web, sub-agents give `delegate`. */
export function giveTools({ translation, place }: PythonScope, draft: Draft, { node, osEnv }: { node: YamlNode; osEnv: YamlNode | undefined }): void {
  const tools = (draft.tools ??= [])
  const give = (range: YamlNode['range'], ...names: readonly string[]) => {
    for (const name of names) if (!tools.some((tool) => textOf(tool) === name)) tools.push(textNode(range, name))
  }
  const written = textOf(harnessOf(node))
  const keeps = written === undefined || !Object.hasOwn(translation.dialects.harnesses, written) ? undefined : translation.dialects.harnesses[written]?.tools
  const range = entryOf(node, 'os_env')?.keyRange ?? place
  if (keeps === 'own') give(range, 'read', 'edit', 'shell', 'web')
  else if (osEnv !== undefined) give(range, 'read', 'edit', 'shell')
  else if (keeps === undefined && written !== undefined) lose(translation, harnessOf(node)?.range ?? place, 'without os_env the agent gets no read, edit or shell here, whatever its program brings along', 'name them under tools')
  for (const child of draft.children) give(child.range, 'delegate')
  tools.sort((left, right) => rank(left) - rank(right))
  for (const { key, keyRange } of draft.mcp) tools.push(mapNode(keyRange, { mcp: textNode(keyRange, key) }))
}

/** The order people read them in. */
function rank(tool: YamlNode): number {
  return capabilityNames.findIndex((name) => name === textOf(tool))
}

function harnessOf(node: YamlNode): YamlNode | undefined {
  const executor = entryOf(node, 'executor')?.value
  return entryOf(executor, 'harness')?.value ?? entryOf(entryOf(executor, 'config')?.value, 'harness')?.value
}
