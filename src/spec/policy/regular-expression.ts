import { RE2JS } from 're2js'

/** A compiled expression of RE2: linear in the text, whatever the pattern. */
export interface Expression {
  test(text: string): boolean
}

export const maxPattern = 1_000

/** @throws {Error} with a message for people when the pattern is none. */
export function compileExpression(pattern: string): Expression {
  if (pattern.length > maxPattern) throw new Error(`is longer than ${maxPattern} characters`)
  const compiled = RE2JS.compile(pattern)
  return { test: (text) => compiled.matcher(text).find() }
}
