import type { Policy } from '../spec/policy/policy-schema.ts'
import type { Level } from '../spec/policy/words.ts'
import { decodeText } from '../spec/yaml/decode-text.ts'
import { parseStrictYaml } from '../spec/yaml/parse-strict-yaml.ts'
import { problemAtNode } from '../spec/yaml/problem-at-node.ts'
import { type Problem, quote } from '../spec/yaml/problem.ts'
import type { SourceText } from '../spec/yaml/source-text.ts'
import { entryOf, itemsOf, textOf, type YamlNode } from '../spec/yaml/yaml-node.ts'

/** Policies that loaded, and the text that they stand in: a policy file, or any other file with a list `policies`. */
export interface LoadedText {
  readonly path: string
  readonly content: Uint8Array | string
  readonly level: Level
  readonly policies: readonly Policy[]
}

/** Every example that its policy does not do, with its place: a policy that does not do what its examples say is none to rely on. */
export async function brokenExamples({ path, content, level, policies }: LoadedText): Promise<Problem[]> {
  if (policies.every(({ examples }) => examples === undefined)) return []
  // Reading shell lines takes a while to load, and few policies bring examples.
  const [{ checkExamples }, { readLineActions }] = await Promise.all([import('./check-examples.ts'), import('./shell/read-line-actions.ts')])
  const broken = checkExamples(level, policies, readLineActions)
  if (broken.length === 0) return []
  const { source, nodes } = policyNodes(path, content)
  if (source === undefined) return []
  return broken.map(({ policy, line, says }) => {
    const node = nodes.find((each) => textOf(entryOf(each, 'name')?.value) === policy)
    const place = itemsOf(entryOf(entryOf(node, 'examples')?.value, says)?.value).find((each) => textOf(each) === line)
    return problemAtNode(source, place ?? node, 'value', `${policy} ${says === 'match' ? 'does not speak' : 'speaks'} of its example ${quote(line)}`, `mend the policy, or the example under ${says}`)
  })
}

/** Where the policies of a text stand, in their order. */
export function policyNodes(path: string, content: Uint8Array | string): { source: SourceText | undefined; nodes: readonly YamlNode[] } {
  const { source } = decodeText(path, content)
  const root = source === undefined ? undefined : parseStrictYaml(source, 'a policy file', ['map', 'list']).root
  const list = entryOf(root, 'policies')?.value ?? root
  return { source, nodes: list === undefined ? [] : list.kind === 'list' ? itemsOf(list) : [list] }
}
