import { posix } from 'node:path'
import type { Action } from '../../spec/actions.ts'
import { type Arg, sourceOf } from './arg.ts'
import { builtins } from './builtins.ts'
import type { Call, Effect, Input, Where } from './call.ts'
import { callFunction } from './call-function.ts'
import { emit, emitOpaque, execOf } from './emit.ts'
import { isLocalProgram } from './programs/local-programs.ts'
import { programs } from './programs/programs.ts'
import { readLocalFile } from './programs/local-file.ts'
import { pathOf } from './paths.ts'
import { fileText, know, limits } from './reading.ts'
import { copyScope, type Scope } from './scope.ts'
import { readVariable } from './variables.ts'
import type { Output, Walk } from './walk-state.ts'

export interface Job {
  readonly words: readonly Arg[]
  /** What its redirections open. */
  readonly actions?: readonly Action[]
  /** As it stands in the source. */
  readonly command: string
  readonly input: Input
  /** Variables set for this program only. */
  readonly assigned: ReadonlyMap<string, string | undefined>
  /** What is already uncertain about it. */
  readonly doubts: readonly string[]
  /** `builtin` passes over functions and aliases, `program` over builtins too. */
  readonly lookup: 'shell' | 'builtin' | 'program'
}

/** Names under these folders are the programs of that name. */
const standardFolders = /^(?:\/usr)?(?:\/local)?\/s?bin\/|^\/opt\/homebrew\/bin\/|^\/usr\/(?:lib|libexec)\/git-core\/|^\/busybox\//

/** Adds the `exec` of one command and whatever it stands for; returns what it prints, when known. */
export function startProgram(walk: Walk, job: Job): Output {
  const [name] = job.words
  if (name === undefined) return ''
  if (name.text === undefined || name.text.startsWith('=')) {
    emit(walk, execOf(walk, job.command, job.words, [...job.doubts, "the program's name is only known at run time"]))
    for (const action of job.actions ?? []) emit(walk, action)
    return undefined
  }
  const at = walk.reading.actions.length
  const reasons = [...job.doubts]
  emit(walk, execOf(walk, job.command, job.words, reasons))
  for (const action of job.actions ?? []) emit(walk, action)
  const found = job.lookup === 'shell' ? readName(walk, job, name.text, reasons) : undefined
  if (found?.certain === true) return finish(walk, { at, reasons, local: true, output: found.output })
  const builtin = job.lookup === 'program' ? undefined : builtins.get(name.text)
  if (builtin !== undefined) {
    for (const [variable, value] of job.assigned) reasons.push(...readVariable(walk, variable, value))
    const output = builtin({ walk, job, args: job.words.slice(1), doubts: reasons, start: startProgram })
    return finish(walk, { at, reasons, local: true, output: found === undefined ? output : undefined })
  }
  const { local, output } = readProgram(walk, job, name.text, reasons)
  return finish(walk, { at, reasons, local, output: found === undefined ? output : undefined })
}

/** An alias or function of this name. Not certain: the program may run instead. */
function readName(walk: Walk, job: Job, name: string, reasons: string[]): { readonly certain: boolean; readonly output: Output } | undefined {
  const alias = walk.scope.aliases.get(name)
  if (alias !== undefined) {
    const key = `alias ${name}`
    // Whether aliases are expanded depends on the shell, so the program of that name is read as well.
    if (!walk.calls.some((call) => call.key === key)) walk.reader.text(walk, `${alias} ${sourceOf(job.words.slice(1))}`, { same: false, scope: copyScope(walk.scope), input: job.input, call: key })
  }
  const known = walk.scope.functions.get(name)
  if (known === undefined) return alias === undefined ? undefined : { certain: false, output: undefined }
  for (const one of known) reasons.push(...callFunction(walk, { name, known: one, args: job.words.slice(1), input: job.input, assigned: job.assigned }))
  return { certain: !walk.scope.unsureFunctions.has(name) && alias === undefined, output: undefined }
}

interface Finished { readonly at: number; readonly reasons: readonly string[]; readonly local: boolean; readonly output: Output }

/** Says of the `exec` what became clear while reading on. */
function finish(walk: Walk, { at, reasons, local, output }: Finished): Output {
  const { actions } = walk.reading
  if (at >= limits.actions) return output
  const derived = actions.slice(at + 1)
  const outbound = derived.some((action) => action.outbound === true) ? true : !local || reasons.length > 0 || derived.some((action) => action.outbound === 'unknown') ? 'unknown' : false
  const exec = actions[at]
  if (exec?.kind === 'exec') actions[at] = { ...exec, outbound, ...(reasons.length === 0 ? {} : { opaque: [...new Set(reasons)] }) }
  return output
}

function readProgram(walk: Walk, job: Job, name: string, reasons: string[]): { readonly local: boolean; readonly output: Output } {
  if (walk.scope.doubt !== undefined && !name.includes('/')) reasons.push(walk.scope.doubt)
  for (const [variable, value] of job.assigned) reasons.push(...readVariable(walk, variable, value))
  const call = callOf(walk, job, name)
  const known = !name.includes('/') || standardFolders.test(name)
  const effects = (known ? undefined : readLocalFile(call, name)) ?? programs.get(call.name)?.(call) ?? []
  for (const effect of effects) perform(walk, job, effect, reasons)
  const output = call.name === 'cat' && job.words.length === 1 && typeof job.input === 'object' && 'text' in job.input ? job.input.text : undefined
  return { local: effects.some(({ type }) => type === 'local') || (known && isLocalProgram(call.name)), output }
}

function callOf(walk: Walk, job: Job, name: string): Call {
  const { scope, reading } = walk
  const environment = new Map<string, string | undefined>([...scope.exported].map((variable) => [variable, scope.variables.get(variable)]))
  for (const [variable, value] of job.assigned) environment.set(variable, value)
  return {
    name: posix.basename(name), words: job.words, args: job.words.slice(1), cwd: scope.cwd, home: scope.home, elsewhere: scope.elsewhere, input: job.input, environment,
    path: (arg) => (scope.elsewhere ? undefined : pathOf(arg, scope.cwd)),
    know: (need) => (scope.elsewhere ? { type: 'absent', reason: 'it is on another machine' } : know(reading, need)),
    file: (path) => (scope.elsewhere ? { absent: 'it is on another machine' } : fileText(reading, path)),
  }
}

function perform(walk: Walk, job: Job, effect: Effect, reasons: string[]): void {
  switch (effect.type) {
    case 'action':
      if (walk.scope.elsewhere && effect.action.kind.startsWith('file.')) return
      emit(walk, effect.action)
      if (effect.action.kind === 'file.write' || effect.action.kind === 'file.delete') walk.reading.written.set(effect.action.path, undefined)
      return
    case 'opaque': reasons.push(effect.reason); return
    case 'run': {
      const child = childWalk(walk, job, effect.where)
      if (child.calls.length > limits.depth) emitOpaque(walk, sourceOf(effect.words), `programs start each other more than ${limits.depth} deep`)
      else startProgram(child, { words: effect.words, command: sourceOf(effect.words), input: child.input, assigned: effect.where?.assigned ?? new Map(), doubts: [], lookup: 'program' })
      return
    }
    case 'script': {
      const child = childWalk(walk, job, effect.where)
      walk.reader.text(child, effect.text, { same: false, positional: effect.positional, input: child.input })
      return
    }
    case 'local':
  }
}

/** The state in which a program's child starts. */
function childWalk(walk: Walk, job: Job, where: Where | undefined): Walk {
  const scope: Scope = copyScope(walk.scope)
  for (const [variable, value] of [...job.assigned, ...(where?.assigned ?? [])]) {
    scope.exported.add(variable)
    if (value === undefined) scope.variables.delete(variable)
    else scope.variables.set(variable, value)
  }
  if (where?.cwd !== undefined) scope.cwd = where.cwd.path
  if (where?.elsewhere) Object.assign(scope, { elsewhere: true, cwd: undefined, home: undefined })
  return { ...walk, scope, jumps: [], returns: [], locals: new Set(), doubts: [], calls: [...walk.calls, { key: 'program' }], input: where?.input ? job.input : 'dynamic' }
}
