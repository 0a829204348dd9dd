import { parseStrictYaml } from '../../yaml/parse-strict-yaml.ts'
import type { SourceText } from '../../yaml/source-text.ts'
import type { YamlNode } from '../../yaml/yaml-node.ts'
import type { Load } from '../agent-part.ts'
import { type AgentFileKind, detectKind } from './detect-kind.ts'
import { noDialects } from './foreign-dialects.ts'
import { translateSubAgent } from './markdown/translate-sub-agent.ts'
import { translatePython } from './python/translate-python.ts'
import type { Translation } from './translation.ts'

export interface OpenedFile {
  readonly kind: AgentFileKind
  /** The agent as a native map. Of a foreign file every node has the range of the foreign text it stands for. */
  readonly root: YamlNode
}

/** Reads any kind of agent file as a native map. Undefined when there is nothing to go on with; all problems are in `load`. */
export async function openAgentFile(load: Load, source: SourceText): Promise<OpenedFile | undefined> {
  const translation: Translation = { load, source, dialects: load.request.foreign ?? noDialects }
  if (/\.md$/i.test(source.path)) {
    const root = translateSubAgent(translation)
    return root === undefined ? undefined : { kind: 'sub-agent', root }
  }
  const { root, problems } = parseStrictYaml(source, 'an agent file')
  load.problems.push(...problems)
  if (root === undefined) return undefined
  const kind = detectKind(root)
  return { kind, root: kind === 'native' ? root : await translatePython(translation, root, kind) }
}
