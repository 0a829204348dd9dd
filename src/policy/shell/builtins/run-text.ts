import { type Arg, sourceOf } from '../arg.ts'
import type { Builtin } from '../builtins.ts'
import { emit } from '../emit.ts'
import { pathOf } from '../paths.ts'
import { fileText } from '../reading.ts'
import { assign, copyScope } from '../scope.ts'
import type { Job } from '../start-program.ts'
import type { Output, Walk } from '../walk-state.ts'

/** `eval WORD…`: the words joined by blanks, read in this shell. */
export const evalText: Builtin = ({ walk, args, job, doubts }) => {
  const words = args[0]?.text === '--' ? args.slice(1) : args
  const texts = words.flatMap(({ text }) => (text === undefined ? [] : [text]))
  if (texts.length === words.length) return withAssigned(walk, job, () => walk.reader.text(walk, texts.join(' '), { same: true, input: job.input }))
  doubts.push('it evaluates text that is only known at run time')
  forget(walk.scope)
  return undefined
}

/** `source FILE WORD…`: the file's text, read in this shell. */
export const sourceFile: Builtin = ({ walk, args, job, doubts }) => {
  const [file, ...positional] = args[0]?.text === '--' ? args.slice(1) : args
  const path = file?.text === undefined || walk.scope.elsewhere ? undefined : pathOf(file, walk.scope.cwd)
  if (path === undefined) {
    if (file !== undefined) doubts.push(file.source.startsWith('<(') ? 'it reads commands from another program' : 'it reads commands from a file that is only known at run time')
    forget(walk.scope)
    return undefined
  }
  emit(walk, { kind: 'file.read', path, outbound: false })
  const found = path === '/dev/stdin' ? { absent: 'it is the input' } : fileText(walk.reading, path)
  if (found === 'asked') return undefined
  if ('text' in found) return withAssigned(walk, job, () => walk.reader.text(walk, found.text, { same: true, call: 'source', input: job.input, ...(positional.length === 0 ? {} : { positional }) }))
  doubts.push(`it reads commands from ${path}, which cannot be read: ${found.absent}`)
  forget(walk.scope)
  return undefined
}

/** What is assigned before the command holds while its text is read, and afterwards in some shells only. */
function withAssigned(walk: Walk, { assigned }: Job, read: () => Output): Output {
  for (const [name, value] of assigned) assign(walk.scope, name, value)
  const output = read()
  for (const name of assigned.keys()) assign(walk.scope, name, undefined)
  return output
}

/** `exec PROGRAM …` replaces the shell; without a program it only redirects. */
export const execProgram: Builtin = ({ walk, job, args, start }) => {
  let index = 0
  while (index < args.length && /^-[cla]+$|^--$/.test(args[index]?.text ?? '')) index += args[index]?.text?.endsWith('a') ? 2 : 1
  const words = args.slice(index)
  if (words.length === 0) return ''
  const output = start(walk, { ...job, words, command: sourceOf(words), actions: [], doubts: [], lookup: 'program' })
  walk.scope.dead = true
  return output
}

/** `trap LINE SIGNAL…`: the line is run some time later, when variables may have changed. */
export const trap: Builtin = ({ walk, args, doubts }) => {
  const [line, ...signals] = args.filter(({ text }) => text !== '--')
  if (line === undefined || (signals.length === 0 && line.text !== undefined) || isQuery(line)) return undefined
  if (line.text === undefined) doubts.push('it sets a trap that is only known at run time')
  else {
    const scope = copyScope(walk.scope)
    scope.variables.clear()
    walk.reader.text(walk, line.text, { same: false, scope, input: 'dynamic' })
  }
  return ''
}

const isQuery = ({ text }: Arg) => text === '-l' || text === '-p' || text === '-' || text === ''

/** What ran may have changed everything. */
function forget(scope: { readonly variables: Map<string, string>; cwd: string | undefined; positional: readonly Arg[] | undefined }): void {
  scope.variables.clear()
  scope.cwd = undefined
  scope.positional = undefined
}
