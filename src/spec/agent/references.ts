/**
 * References in text, version 1: `${name}` is replaced, `$${` stands for a literal `${`. A name is letters, digits and `_`.
 * There are no defaults, no nesting and no expressions; anything else after `${` is an error where text is written for us.
 */
export type TextPart =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'escape' }
  | { readonly type: 'reference'; readonly name: string; readonly text: string }
  /** `${` that is no reference. */
  | { readonly type: 'broken'; readonly text: string }

const name = /^[A-Za-z_]\w*$/

export function splitReferences(text: string): TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (const match of text.matchAll(/\$\$\{|\$\{[^{}\n]{0,100}\}?/g)) {
    if (match.index > at) parts.push({ type: 'literal', text: text.slice(at, match.index) })
    parts.push(partOf(match[0]))
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push({ type: 'literal', text: text.slice(at) })
  return parts
}

function partOf(text: string): TextPart {
  if (text === '$${') return { type: 'escape' }
  const inside = text.slice(2, -1)
  return text.endsWith('}') && name.test(inside) ? { type: 'reference', name: inside, text } : { type: 'broken', text }
}

/**
 * Puts in the values of environment variables. Done where a program is started, never before: a resolved agent, and with it
 * the log, holds `${VAR}` and not what it stands for.
 * @returns the text, and the names that are not set (their references are left out).
 */
export function expandVariables(text: string, environment: Readonly<Record<string, string>>): { text: string; missing: string[] } {
  const missing: string[] = []
  const expanded = splitReferences(text).map((part) => {
    if (part.type === 'escape') return '${'
    if (part.type !== 'reference') return part.text
    const value = Object.hasOwn(environment, part.name) ? environment[part.name] : undefined
    if (value === undefined) missing.push(part.name)
    return value ?? ''
  })
  return { text: expanded.join(''), missing }
}

/** Names of the environment variables a text of a resolved agent refers to. */
export function variableNames(text: string): string[] {
  return splitReferences(text).flatMap((part) => (part.type === 'reference' ? [part.name] : []))
}
