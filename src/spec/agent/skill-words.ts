import { basename } from 'node:path/posix'
import type { SourceText } from '../yaml/source-text.ts'
import { entryOf, textOf } from '../yaml/yaml-node.ts'
import { readFrontMatter } from './foreign/markdown/front-matter.ts'

const maxDescription = 1_024

/**
 * What a `SKILL.md` says of itself in its front matter. A skill is called as its folder is; one that says nothing of itself is
 * still one. @see https://agentskills.io/specification
 */
export function skillWords(folder: string, source: SourceText): { readonly name: string; readonly description: string } {
  const root = readFrontMatter(source).matter?.root
  const description = textOf(entryOf(root, 'description')?.value) ?? ''
  return { name: basename(folder), description: description.replaceAll(/\s+/g, ' ').trim().slice(0, maxDescription) }
}
