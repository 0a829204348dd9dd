import { type Problem, type ProblemCode, problemAt } from './problem.ts'
import { placeAt, type SourceText } from './source-text.ts'
import type { YamlNode } from './yaml-node.ts'

/** A problem at a part of a file; without one, at its start. */
export function problemAtNode(source: SourceText, node: YamlNode | undefined, code: ProblemCode, message: string, hint?: string): Problem {
  return problemAt(placeAt(source, ...(node?.range ?? [0, 1])), code, message, hint)
}
