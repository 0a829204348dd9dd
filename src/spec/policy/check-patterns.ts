import { suggestion } from '../yaml/did-you-mean.ts'
import { type Problem, quote } from '../yaml/problem.ts'
import { problemAtNode as at } from '../yaml/problem-at-node.ts'
import type { SourceText } from '../yaml/source-text.ts'
import { entriesOf, entryOf, itemsOf, textOf, type YamlNode } from '../yaml/yaml-node.ts'
import type { Policy } from './policy-schema.ts'
import { compileExpression } from './regular-expression.ts'

/** What a message may name: `{{spent}} of {{limit}}`. */
export const messageWords = ['spent', 'limit', 'next', 'count', 'path', 'command', 'host', 'repo', 'model', 'tool', 'rule'] as const
export type MessageWord = (typeof messageWords)[number]

/** Checks texts that are patterns of their own: regular expressions and what a message names. */
export function checkPatterns(source: SourceText, node: YamlNode, policy: Policy): Problem[] {
  const expressions = expressionNodes(node).flatMap((each) => {
    try {
      compileExpression(textOf(each) ?? '')
      return []
    } catch (error) {
      return [at(source, each, 'value', `matches is no regular expression: ${error instanceof Error ? error.message : String(error)}`, 'RE2 syntax; no look-around and no back-references')]
    }
  })
  const message = entryOf(node, 'message')?.value
  const unknown = [...(policy.message ?? '').matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)].map(([, word = '']) => word).filter((word) => !messageWords.some((known) => known === word))
  return [...expressions, ...unknown.map((word) => at(source, message, 'variable', `a message cannot name ${quote(word)}`, suggestion(word, messageWords) ?? `it can name ${messageWords.join(', ')}`))]
}

/** Every value of a key `matches`, wherever it stands. */
function expressionNodes(node: YamlNode): YamlNode[] {
  const inside = node.kind === 'list' ? itemsOf(node) : entriesOf(node).map(({ value }) => value)
  return [...entriesOf(node).flatMap(({ key, value }) => (key === 'matches' ? [value] : [])), ...inside.flatMap(expressionNodes)]
}
