import type { Assignment, Command } from 'unbash'
import type { Action } from '../../spec/actions.ts'
import { type Arg, dynamicArg, knownArg } from './arg.ts'
import { emit, emitOpaque } from './emit.ts'
import { foldValue, foldWord, visitInside } from './fold-word.ts'
import { spend } from './reading.ts'
import { readRedirects } from './redirects.ts'
import { assign, type Scope } from './scope.ts'
import { startProgram } from './start-program.ts'
import { readVariable } from './variables.ts'
import type { Output, Walk } from './walk-state.ts'

/** Builtins that keep the assignments before them in some shells. */
const special = new Set([':', '.', 'source', 'eval', 'exec', 'export', 'readonly', 'set', 'unset', 'shift', 'trap', 'times', 'return', 'exit', 'break', 'continue'])

/** Reads one simple command: its words, redirections and assignments, then what it starts. */
export function runCommand(walk: Walk, node: Command): Output {
  const command = walk.source.slice(node.pos, node.end)
  if (!spend(walk.reading, 'commands', 1)) return undefined
  const words = [...(node.name ? foldWord(walk, node.name) : []), ...node.suffix.flatMap((part) => (part.type === 'Word' ? foldWord(walk, part) : part.type === 'Assignment' ? [assignmentArg(walk, part)] : []))]
  const { actions, input, doubts, redirected } = readRedirects(walk, node.redirects)
  const assignments = node.prefix.flatMap((part) => (part.type === 'Assignment' ? [part] : []))
  if (words.length === 0) return assignOnly(walk, { actions, assignments, command, doubts, redirected: node.redirects.length > 0 })
  const assigned = new Map(assignments.map((part) => [part.name, assignedValue(walk, part)]))
  const name = words[0]?.text
  const output = startProgram(walk, { words, actions, command, input: input ?? walk.input, assigned, doubts: [...doubts, ...walk.doubts.splice(0)], lookup: 'shell' })
  if (name === 'exec' && words.length === 1 && input !== undefined) walk.input = 'dynamic'
  if (name !== undefined && (special.has(name) || walk.scope.functions.has(name))) for (const variable of assigned.keys()) assign(walk.scope, variable, undefined)
  redirected(output)
  return node.redirects.some(({ type, descriptor }) => type === 'Redirect' && descriptor?.type !== 'FileDescriptor') ? undefined : output
}

interface Assignments {
  readonly actions: readonly Action[]
  readonly assignments: readonly Assignment[]
  readonly command: string
  readonly doubts: readonly string[]
  readonly redirected: boolean
}

function assignOnly(walk: Walk, { actions, assignments, command, doubts, redirected }: Assignments): Output {
  const reasons = [...doubts]
  for (const action of actions) emit(walk, action)
  for (const part of assignments) {
    const value = assignedValue(walk, part)
    store(walk.scope, part, value)
    // Whoever started the shell may have exported it.
    reasons.push(...readVariable(walk, part.name, value))
  }
  reasons.push(...walk.doubts.splice(0))
  if (reasons.length > 0) emitOpaque(walk, command, ...reasons)
  return redirected ? undefined : ''
}

function store(scope: Scope, part: Assignment, value: string | undefined): void {
  if (part.index !== undefined || part.value.type === 'ArrayValue') {
    scope.odd.add(part.name)
    assign(scope, part.name, undefined)
  } else assign(scope, part.name, value)
}

/** The value that a variable has afterwards. */
function assignedValue(walk: Walk, { name, value, append, index }: Assignment): string | undefined {
  if (index !== undefined) visitInside(walk, index)
  if (value.type === 'ArrayValue') {
    for (const element of value.elements) foldWord(walk, element)
    return undefined
  }
  const text = foldValue(walk, value)
  if (append !== true) return text
  const before = walk.scope.variables.get(name)
  return text === undefined || before === undefined ? undefined : before + text
}

/** `name=value` as an argument of `export`, `declare` and their like. */
function assignmentArg(walk: Walk, part: Assignment): Arg {
  // Visited in any case; what is appended to may be another variable here than outside.
  const whole = assignedValue(walk, part)
  const value = part.append === true ? undefined : whole
  const index = part.index === undefined ? '' : `[${part.index.value}]`
  const source = part.text
  return value === undefined ? dynamicArg(source, { prefix: `${part.name}${index}=` }) : knownArg(`${part.name}${index}=${value}`, source)
}
