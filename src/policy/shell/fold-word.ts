import { forEachChild, type ArithmeticExpression, type DoubleQuotedChild, parse, type ParameterExpansionPart, type SyntaxNode, type Word, type WordPart } from 'unbash'
import { type Arg, dynamicArg, knownArg } from './arg.ts'
import { expandBraces } from './expand-braces.ts'
import { spend } from './reading.ts'
import { assign, copyScope } from './scope.ts'
import { createFields, type Fields } from './fields.ts'
import type { Walk } from './walk-state.ts'

/**
 * The words that one word of the source becomes, as far as known. Reads the commands of its substitutions on the way.
 * @see bash(1), "Expansion": braces, then tilde, variables, substitutions and arithmetic from left to right, then splitting, then globs.
 */
export function foldWord(walk: Walk, word: Word): readonly Arg[] {
  if (word.parts?.some(({ type }) => type === 'BraceExpansion')) return foldBraces(walk, word)
  const fields = createFields(word.text, walk.scope.splits)
  addParts(walk, fields, word)
  const words = fields.finish()
  return spend(walk.reading, 'words', words.length) ? words : []
}

/** The value of an assignment: no splitting, no braces, no globs. Undefined when only known at run time. */
export function foldValue(walk: Walk, word: Word): string | undefined {
  const fields = createFields(word.text, true)
  addParts(walk, fields, word, 'assignment')
  return fields.joined()
}

/** Text in which only `$` and backticks mean something: a here-document, or what stands between double quotes. */
export function foldParts(walk: Walk, parts: readonly WordPart[]): string | undefined {
  const fields = createFields('', true)
  for (const part of parts) addPart(walk, fields, part, true)
  return fields.joined()
}

/** Reads the substitutions and assignments inside any piece of syntax whose value does not matter. */
export function visitInside(walk: Walk, node: SyntaxNode): void {
  switch (node.type) {
    case 'CommandExpansion': case 'ArithmeticCommandExpansion': case 'ProcessSubstitution':
      substitute(walk, node)
      return
    case 'ArithmeticBinary': case 'ArithmeticUnary': case 'ArithmeticWord':
      noteArithmetic(walk, node)
      break
    case 'ParameterExpansion':
      foldParameter(walk, node)
      return
    default:
  }
  forEachChild(node, (child) => visitInside(walk, child))
}

function foldBraces(walk: Walk, word: Word): readonly Arg[] {
  const choices = expandBraces(word.text)
  if (choices === undefined) {
    visitInside(walk, word)
    return [dynamicArg(word.text, { many: true })]
  }
  if (choices.length === 1 && choices[0] === word.text) return [knownArg(word.text)]
  return choices.flatMap((choice) => {
    // `{a,}` is one word: what expands to nothing is dropped.
    if (choice === '') return []
    // Braces are expanded as text, so each choice is a word of its own; the leading word keeps it from becoming an assignment.
    const command = parse(`: ${choice}`).commands[0]?.command
    const [only] = command?.type === 'Command' ? command.suffix : []
    return only?.type === 'Word' && !only.parts?.some(({ type }) => type === 'BraceExpansion') ? foldWord(walk, only) : [knownArg(choice)]
  })
}

function addParts(walk: Walk, fields: Fields, word: Word, use: 'word' | 'assignment' = 'word'): void {
  const parts: readonly (WordPart | { readonly type: 'Plain'; readonly value: string; readonly text: string })[] = word.parts ?? [{ type: 'Plain', value: word.value, text: word.text }]
  parts.forEach((part, index) => {
    if (part.type === 'Plain' || part.type === 'Literal') addLiteral(walk, fields, part, { first: index === 0, last: index === parts.length - 1, use })
    else addPart(walk, fields, part, use === 'assignment')
  })
}

function addLiteral(walk: Walk, fields: Fields, part: { readonly value: string; readonly text: string }, at: { readonly first: boolean; readonly last: boolean; readonly use: 'word' | 'assignment' }): void {
  const tilde = at.first ? /^~([^/:]*)(?=[/:]|$)/.exec(part.text) : null
  // `name=~/x` as an argument is expanded as an assignment is.
  const later = /^([A-Za-z_]\w*=|.*:)~(?=\/|$)/.exec(part.text)
  // Several, or one after a colon, are not expanded alike by all shells.
  if ((at.use === 'assignment' ? /(?:^|:)~.*:~/ : /^[A-Za-z_]\w*=.*:~/).test(part.text)) fields.unknown(true)
  else if (tilde && (at.last || part.text.length > tilde[0].length)) {
    const place = tilde[1] === '' ? walk.scope.home : tilde[1] === '+' ? walk.scope.cwd : undefined
    if (place === undefined) fields.unknown(true)
    else fields.text(place, true)
    fields.text(part.value.slice(tilde[0].length), true)
  } else if (later && (at.use === 'assignment' || later[1]?.endsWith('='))) {
    fields.text(later[1] ?? '', true)
    if (walk.scope.home === undefined) fields.unknown(true)
    else fields.text(walk.scope.home, true)
    fields.text(part.value.slice(later[0].length), true)
  } else fields.text(part.value, true)
}

function addPart(walk: Walk, fields: Fields, part: WordPart | DoubleQuotedChild, quoted: boolean): void {
  switch (part.type) {
    case 'Literal': case 'SingleQuoted': case 'AnsiCQuoted': fields.text(part.value, true); return
    case 'DoubleQuoted': case 'LocaleString':
      // `"$@"` of nothing is no word, unlike `""`.
      if (!part.text.includes('$@')) fields.text('', true)
      for (const child of part.parts) addPart(walk, fields, child, true)
      return
    case 'SimpleExpansion': addValue(walk, fields, part.text.slice(1), quoted); return
    case 'ParameterExpansion': addParameter(walk, fields, part, quoted); return
    case 'CommandExpansion': addOutput(fields, substitute(walk, part), quoted); return
    case 'ArithmeticExpansion':
      visitInside(walk, part)
      fields.unknown(true)
      return
    case 'ProcessSubstitution':
      substitute(walk, part)
      fields.unknown(true)
      return
    case 'Glob': case 'ExtendedGlob':
      if (!quoted) fields.glob(part.text)
      else if (isPlain(part.text)) fields.text(part.text, true)
      else fields.unknown(true)
      if (part.type === 'ExtendedGlob' || part.kind === 'bracket') for (const child of part.parts ?? []) visitInside(walk, child)
      return
    case 'BraceExpansion':
      if (quoted && isPlain(part.text)) fields.text(part.text, true)
      else {
        visitInside(walk, part)
        fields.unknown(quoted)
      }
  }
}

/** Without quotes, escapes and expansions: it stands for itself. */
const isPlain = (text: string): boolean => !/["'\\$`]/.test(text)

const addOutput = (fields: Fields, output: string | undefined, quoted: boolean) => {
  if (output === undefined) fields.unknown(quoted)
  else fields.text(output.replace(/\n+$/, ''), quoted)
}

function addParameter(walk: Walk, fields: Fields, part: ParameterExpansionPart, quoted: boolean): void {
  if (part.operation === undefined && part.index === undefined && part.prefix === undefined) addValue(walk, fields, part.parameter, quoted)
  else {
    const value = foldParameter(walk, part)
    if (value === undefined) fields.unknown(quoted && part.index === undefined)
    else fields.text(value, quoted)
  }
}

function addValue(walk: Walk, fields: Fields, name: string, quoted: boolean): void {
  const { scope } = walk
  if (name === '@' || name === '*') {
    const words = scope.positional
    if (words === undefined) fields.unknown(false)
    else if (name === '@' || !quoted) fields.list(words, quoted)
    else fields.unknown(true)
    return
  }
  if (/^[1-9]\d*$/.test(name)) {
    const word = scope.positional?.[Number(name) - 1]
    if (scope.positional === undefined || word?.text === undefined && word !== undefined) fields.unknown(quoted, word?.prefix)
    else fields.text(word?.text ?? '', quoted)
    return
  }
  const value = valueOf(walk, name)
  if (value === undefined) fields.unknown(quoted)
  else fields.text(value, quoted)
}

function valueOf({ scope }: Walk, name: string): string | undefined {
  if (name === 'PWD' && !scope.odd.has(name)) return scope.cwd
  if (name === 'HOME') return scope.home
  return scope.variables.get(name)
}

/** `${name:-word}` and the like, when the variable decides; operands are read in any case. */
function foldParameter(walk: Walk, part: ParameterExpansionPart): string | undefined {
  const { operation, parameter } = part
  if (part.index !== undefined) visitInside(walk, part.index)
  if (operation === undefined) return undefined
  if (operation.type === 'Transform') walk.doubts.push('`${…@…}` can run what a variable holds')
  if (part.prefix === '!') return undefined
  if (operation.type !== 'Default') {
    forEachChild(operation, (child) => visitInside(walk, child))
    return undefined
  }
  const operand = foldValue(walk, operation.operand)
  const value = /^[A-Za-z_]\w*$/.test(parameter) ? valueOf(walk, parameter) : undefined
  if (operation.operator.endsWith('=')) assign(walk.scope, parameter, undefined)
  if (value === undefined || part.index !== undefined || part.prefix !== undefined) return undefined
  const set = value !== '' || !operation.operator.startsWith(':')
  if (operation.operator.endsWith('+')) return set ? operand : ''
  return set ? value : operand
}

function substitute(walk: Walk, part: SyntaxNode & { readonly type: 'CommandExpansion' | 'ArithmeticCommandExpansion' | 'ProcessSubstitution' }): string | undefined {
  const { script } = part
  if (script === undefined) return ''
  if (script.errors !== undefined && script.errors.length > 0) walk.doubts.push(`a substitution is not valid shell (${script.errors[0]?.message ?? ''})`)
  const inner: Walk = { ...walk, source: script.source ?? walk.source, nesting: walk.nesting + 1, doubts: [], jumps: [], input: 'inherited' }
  inner.scope = copyScope(walk.scope)
  return walk.reader.statements(inner, script.commands)
}

/** Arithmetic assigns variables, and runs substitutions that stand in a variable it names. */
function noteArithmetic(walk: Walk, node: ArithmeticExpression): void {
  if (node.type === 'ArithmeticBinary' && /^(?:[-+*/%&|^]|<<|>>)?=$/.test(node.operator)) forgetNames(walk, node.left)
  if (node.type === 'ArithmeticUnary' && (node.operator === '++' || node.operator === '--')) forgetNames(walk, node.operand)
  if (node.type === 'ArithmeticWord') {
    const values = (node.value.match(/[A-Za-z_]\w*/g) ?? []).map((name) => walk.scope.variables.get(name) ?? '')
    if ([node.value, ...values].some((text) => /\$\(|`/.test(text))) walk.doubts.push('arithmetic runs commands that stand in a variable')
  }
}

function forgetNames(walk: Walk, node: ArithmeticExpression): void {
  if (node.type === 'ArithmeticWord') for (const name of node.value.match(/[A-Za-z_]\w*/g) ?? []) assign(walk.scope, name, undefined)
  else forEachChild(node, (child) => { if (child.type.startsWith('Arithmetic')) forgetNames(walk, child as ArithmeticExpression) }) // every node named so is one
}
