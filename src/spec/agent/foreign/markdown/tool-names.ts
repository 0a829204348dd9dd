import { quote } from '../../../yaml/problem.ts'
import type { Range, YamlEntry, YamlNode } from '../../../yaml/yaml-node.ts'
import { expectTexts, lose, type Translation } from '../translation.ts'

/** `Bash(git *)`: the tool, and what stands in brackets after it. */
export interface NamedTool {
  readonly text: string
  readonly name: string
  readonly pattern?: string
  readonly range: Range
}

/** The tools of a list, or of one text with commas between them. What is no name is reported; it then gives and takes nothing. */
export function readToolNames(translation: Translation, entry: YamlEntry): NamedTool[] {
  return expectTexts(translation, entry, entry.key).flatMap(({ text, node }) => splitNames(text).flatMap(({ text: word, at }): NamedTool[] => {
    const range = rangeOf(node, text, { at, length: word.length })
    const match = /^([\w.*-]+)(?:\((.*)\))?$/.exec(word)
    if (match === null) {
      lose(translation, range, `${quote(word)} is no name of a tool; it is not carried`)
      return []
    }
    const [, name = '', pattern] = match
    return [{ text: word, name, range, ...(pattern === undefined ? {} : { pattern }) }]
  }))
}

/** Splits at commas that are not in brackets; spaces around a name are not part of it. */
function splitNames(text: string): { text: string; at: number }[] {
  const names: { text: string; at: number }[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index <= text.length; index++) {
    const character = text[index]
    if (character === '(') depth += 1
    if (character === ')' && depth > 0) depth -= 1
    if (index < text.length && (character !== ',' || depth > 0)) continue
    const piece = text.slice(start, index)
    const name = piece.trim()
    if (name !== '') names.push({ text: name, at: start + piece.length - piece.trimStart().length })
    start = index + 1
  }
  return names
}

/** Exact where the text is written as it reads. */
function rangeOf(node: YamlNode, text: string, { at, length }: { at: number; length: number }): Range {
  const [start, end] = node.range
  return end - start === text.length ? [start + at, start + at + length] : node.range
}

/** `git diff:*` and `git diff *` as a pattern of ours, word by word; undefined when it can not be said so. */
export function commandPattern(pattern: string): string | undefined {
  const words = pattern.trim().replace(/:\*$/, ' *')
  return words !== '' && /^[\w./@=+,* -]+$/.test(words) ? words : undefined
}
