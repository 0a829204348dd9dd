import { type AndOr, type CommandNode, type CompoundList, type For, type If, type Pipeline, type PipelineNode, type Statement, type SyntaxNode } from 'unbash'
import { readUncalled } from './call-function.ts'
import type { Input } from './call.ts'
import { foldWord, visitInside } from './fold-word.ts'
import { emit, emitOpaque } from './emit.ts'
import { limits, spend } from './reading.ts'
import { readRedirects } from './redirects.ts'
import { runCommand } from './run-command.ts'
import { assign, copyScope, joinScopes, sameScope, type Scope } from './scope.ts'
import type { Jump, Output, Walk } from './walk-state.ts'

/** A loop over at most so many known words is read once per word. */
const maxUnrolled = 8

/** Reads statements in order; changes `walk.scope`. Returns what they print, when that is known. */
export function walkStatements(walk: Walk, statements: readonly Statement[]): Output {
  let output: Output = ''
  for (const { command, background, pos, end } of statements) {
    if (!spend(walk.reading, 'steps', 1)) return undefined
    if (walk.nesting > limits.nesting) {
      emitOpaque(walk, walk.source.slice(pos, end), `nested more than ${limits.nesting} deep`)
      return undefined
    }
    walk.nesting += 1
    const printed = background === true ? inSubshell(walk, () => walkNode(walk, command)) : walkNode(walk, command)
    walk.nesting -= 1
    output = output === undefined || printed === undefined || background === true ? undefined : output + printed
  }
  return output
}

function walkNode(walk: Walk, node: PipelineNode | AndOr): Output {
  if (node.type === 'AndOr') return walkAndOr(walk, node)
  return node.type === 'Pipeline' ? walkPipeline(walk, node) : walkCommand(walk, node)
}

function walkCommand(walk: Walk, node: CommandNode): Output {
  switch (node.type) {
    case 'Command': return runCommand(walk, node)
    case 'Redirected': return walkRedirected(walk, node)
    case 'Subshell': return inSubshell(walk, () => walkStatements(walk, node.body.commands))
    case 'BraceGroup': return withInput(walk, walk.input, node.body)
    case 'If': return walkIf(walk, node)
    case 'For': case 'Select': return walkFor(walk, node)
    case 'While':
      return walkLoop(walk, () => {
        withInput(walk, walk.input, node.clause)
        const without = copyScope(walk.scope)
        withInput(walk, walk.input, node.body)
        walk.scope = joinScopes(walk.scope, without)
      })
    case 'ArithmeticFor':
      if (node.initialize) visitInside(walk, node.initialize)
      return walkLoop(walk, () => {
        for (const part of [node.test, node.update]) if (part) visitInside(walk, part)
        withInput(walk, walk.input, node.body)
      })
    case 'Case': return walkCase(walk, node)
    case 'Function':
      return defineFunction(walk, node)
    case 'Coproc':
      if (node.name) assign(walk.scope, node.name.value, undefined)
      return inSubshell(walk, () => walkBody(walk, node.body))
    case 'TestCommand': case 'ArithmeticCommand':
      visitInside(walk, node)
      emitDoubts(walk, node)
      return ''
  }
}

/** Reads the body of a function or coprocess. */
export function walkBody(walk: Walk, body: CommandNode | CompoundList): Output {
  return body.type === 'CompoundList' ? walkStatements(walk, body.commands) : walkCommand(walk, body)
}

function defineFunction(walk: Walk, node: CommandNode & { readonly type: 'Function' }): Output {
  const known = { body: node.body, source: walk.source }
  walk.scope.functions.set(node.name.value, [known])
  walk.scope.unsureFunctions.delete(node.name.value)
  const here = { ...walk, scope: copyScope(walk.scope) }
  walk.reading.uncalled.set(node.body, () => readUncalled(here, known))
  return ''
}

/** Reads what runs in a copy of the shell: its changes are lost. */
export function inSubshell<T>(walk: Walk, read: () => T): T {
  const before = walk.scope
  walk.scope = copyScope(before)
  const result = read()
  walk.scope = before
  return result
}

/** Several commands share one input, so only a single one can be said to get the text. */
function withInput(walk: Walk, input: Input, list: CompoundList): Output {
  const before = walk.input
  walk.input = list.commands.length === 1 || input === 'inherited' ? input : 'dynamic'
  const output = walkStatements(walk, list.commands)
  walk.input = before
  return output
}

function walkAndOr(walk: Walk, node: AndOr): Output {
  const before = copyScope(walk.scope)
  const [first, ...rest] = node.commands
  if (first) walkNode(walk, first)
  // The states after success and after failure. That `cd` to a known folder succeeds is assumed, except right of `||`.
  let [succeeded, failed] = [copyScope(walk.scope), copyScope(walk.scope)]
  rest.forEach((command, index) => {
    const and = node.operators[index] === '&&'
    walk.scope = copyScope(and ? succeeded : joinScopes(before, failed))
    walkNode(walk, command)
    ;[succeeded, failed] = and ? [copyScope(walk.scope), joinScopes(joinScopes(failed, succeeded), walk.scope)] : [joinScopes(succeeded, walk.scope), joinScopes(failed, walk.scope)]
  })
  walk.scope = joinScopes(succeeded, failed)
  return undefined
}

function walkPipeline(walk: Walk, node: Pipeline): Output {
  const [first] = node.commands
  if (node.commands.length === 1 && first) return walkCommand(walk, first)
  const outer = walk.input
  let output: Output
  node.commands.forEach((command, index) => {
    walk.input = index === 0 ? outer : output === undefined ? 'dynamic' : { text: output }
    if (index < node.commands.length - 1) output = inSubshell(walk, () => walkCommand(walk, command))
    else {
      // Some shells run the last part themselves, some in a copy.
      const before = copyScope(walk.scope)
      output = walkCommand(walk, command)
      walk.scope = joinScopes({ ...walk.scope, dead: false }, before)
    }
  })
  walk.input = outer
  return output
}

function walkRedirected(walk: Walk, node: CommandNode & { readonly type: 'Redirected' }): Output {
  const { actions, input, redirected, doubts } = readRedirects(walk, node.redirects)
  for (const action of actions) emit(walk, action)
  if (doubts.length > 0) emitOpaque(walk, walk.source.slice(node.pos, node.end), ...doubts)
  const before = walk.input
  walk.input = input ?? before
  const output = walkCommand(walk, node.command)
  walk.input = before
  redirected(output)
  return node.redirects.length > 0 ? undefined : output
}

function walkIf(walk: Walk, node: If): Output {
  withInput(walk, walk.input, node.clause)
  const branches = [node.then, ...node.elif.flatMap(({ clause, then }) => [clause, then])]
  const before = copyScope(walk.scope)
  const ends = []
  let condition = before
  branches.forEach((branch, index) => {
    walk.scope = copyScope(condition)
    withInput(walk, walk.input, branch)
    // Every second one is the clause of an `elif`: it runs when the clauses before it failed.
    if (index % 2 === 1) condition = copyScope(walk.scope)
    else ends.push(walk.scope)
  })
  walk.scope = copyScope(condition)
  if (node.else) withInput(walk, walk.input, node.else)
  ends.push(walk.scope)
  walk.scope = ends.reduce(joinScopes)
  return undefined
}

function walkFor(walk: Walk, node: Pick<For, 'name' | 'wordlist' | 'body'> & { readonly type: 'For' | 'Select' }): Output {
  const words = node.wordlist?.flatMap((word) => foldWord(walk, word)) ?? walk.scope.positional
  emitDoubts(walk, node as SyntaxNode) // a For or Select node is one
  const texts = words?.every(({ text }) => text !== undefined) ? words.map(({ text }) => text) : undefined
  const name = node.name.value
  if (node.type === 'For' && texts !== undefined && texts.length > 0 && texts.length <= maxUnrolled) {
    const outer = walk.jumps
    walk.jumps = []
    for (const text of texts) {
      // `continue` ends up here.
      walk.scope = joinAll(walk.scope, walk.jumps)
      assign(walk.scope, name, text)
      withInput(walk, walk.input === 'inherited' ? 'inherited' : 'dynamic', node.body)
    }
    leaveLoop(walk, walk.scope, outer)
    return undefined
  }
  return walkLoop(walk, () => {
    assign(walk.scope, name, undefined)
    withInput(walk, walk.input === 'inherited' ? 'inherited' : 'dynamic', node.body)
  })
}

/** Reads a body that runs any number of times, until another round would know no less. */
function walkLoop(walk: Walk, body: () => void): Output {
  const { actions } = walk.reading
  const [outer, start] = [walk.jumps, actions.length]
  for (let round = 0; ; round += 1) {
    const before = copyScope(walk.scope)
    walk.jumps = []
    body()
    const jumps = walk.jumps
    leaveLoop(walk, joinScopes(before, walk.scope), [])
    if (sameScope(before, walk.scope)) {
      outer.push(...outward(jumps))
      walk.jumps = outer
      return undefined
    }
    if (round >= 4) forgetAll(walk)
    actions.length = start
  }
}

function leaveLoop(walk: Walk, end: Scope, outer: Jump[]): void {
  walk.scope = joinAll(end, walk.jumps)
  outer.push(...outward(walk.jumps))
  walk.jumps = outer
}

const outward = (jumps: readonly Jump[]) => jumps.filter(({ levels }) => levels > 1).map(({ scope, levels }) => ({ scope, levels: levels - 1 }))
const joinAll = (scope: Scope, jumps: readonly Jump[]) => jumps.map((jump) => jump.scope).reduce(joinScopes, copyScope(scope))

/** Nothing is certain any more: ends a loop that keeps losing a little each round. */
function forgetAll({ scope }: Walk): void {
  scope.variables.clear()
  scope.positional = undefined
  scope.cwd = undefined
}

function walkCase(walk: Walk, node: CommandNode & { readonly type: 'Case' }): Output {
  foldWord(walk, node.word)
  for (const { pattern } of node.items) for (const word of pattern) visitInside(walk, word)
  emitDoubts(walk, node)
  const before = copyScope(walk.scope)
  const ends = [before]
  let through = before
  for (const { body, terminator } of node.items) {
    walk.scope = joinScopes(before, through)
    withInput(walk, walk.input, body)
    ends.push(walk.scope)
    // `;&` and `;;&` go on with what this branch left.
    through = terminator === ';;' || terminator === undefined ? before : walk.scope
  }
  walk.scope = copyScope(ends.reduce(joinScopes))
  return undefined
}

/** Doubts of words that stand outside a command get a place of their own. */
function emitDoubts(walk: Walk, node: SyntaxNode): void {
  if (walk.doubts.length > 0) emitOpaque(walk, walk.source.slice(node.pos, node.end), ...walk.doubts.splice(0))
}
