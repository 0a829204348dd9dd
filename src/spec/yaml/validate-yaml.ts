import type { z } from 'zod'
import { type IssueContext, explainIssue } from './explain-issue.ts'
import { maxProblems, type Problem, sortProblems } from './problem.ts'
import type { SourceText } from './source-text.ts'
import { type YamlNode, valueOf } from './yaml-node.ts'

/** Words that help a person; normalised to `snake_case`. */
export interface Vocabulary {
  /** Words of other tools for our keys and values: `{instructions: 'prompt'}`. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** What to say about an unknown key that is nobody's typing error. */
  readonly advice?: Readonly<Record<string, string>>
  /** Keys of the root that are designed but not there yet, each with what to do meanwhile. */
  readonly later?: Readonly<Record<string, string>>
  /** The same for words where one of a list is wanted. */
  readonly laterValues?: Readonly<Record<string, string>>
  /** What the root is called in messages; default `the file`. */
  readonly rootName?: string
}

export interface Validation<T> {
  /** Present exactly when there are no problems. */
  readonly value?: T
  readonly problems: readonly Problem[]
}

/** Checks a file against a schema and places every complaint in it. Parts reported as unreadable are not complained about again. */
export function validateYaml<T>(source: SourceText, root: YamlNode, schema: z.ZodType<T>, vocabulary: Vocabulary = {}): Validation<T> {
  const result = schema.safeParse(valueOf(root))
  if (result.success) return { value: result.data, problems: [] }
  const { synonyms = {}, advice = {}, later = {}, laterValues = {}, rootName = 'the file' } = vocabulary
  const context: IssueContext = { source, root, schema, synonyms, advice, later, laterValues, rootName }
  const problems: Problem[] = []
  for (const issue of result.error.issues) {
    if (problems.length > maxProblems * 5) break
    problems.push(...explainIssue(context, issue, []))
  }
  return { problems: sortProblems(problems) }
}
