import type { Arg } from '../arg.ts'
import type { Builtin, Step } from '../builtins.ts'
import { assign } from '../scope.ts'
import { readVariable } from '../variables.ts'

/** `export NAME=value`, `export NAME`, `export -f FUNCTION`. */
export const exportNames: Builtin = ({ walk, args, doubts }) => {
  const { flags, names } = split(args)
  for (const arg of names) {
    const assignment = read(arg)
    if (assignment === undefined) {
      doubts.push('it exports variables that are only known at run time')
      walk.scope.variables.clear()
      continue
    }
    const { name, value, assigns } = assignment
    if (flags.includes('f')) walk.scope.exportedFunctions.add(name)
    else if (flags.includes('n')) walk.scope.exported.delete(name)
    else walk.scope.exported.add(name)
    if (assigns) assign(walk.scope, name, value)
    if (assigns) doubts.push(...readVariable(walk, name, value))
  }
  return ''
}

/** `declare`, `typeset`, `local`, `readonly`: with options a variable no longer holds the text that is assigned. */
export const declare: Builtin = (step) => {
  const { flags, names } = split(step.args)
  if (/[fF]/.test(flags)) return undefined
  for (const arg of names) declareOne(step, arg, flags)
  return ''
}

function declareOne({ walk, job, doubts }: Step, arg: Arg, flags: string): void {
  const assignment = read(arg)
  if (assignment === undefined) {
    doubts.push('it declares variables that are only known at run time')
    walk.scope.variables.clear()
    return
  }
  const { name, value, assigns, subscript } = assignment
  if (/\$\(|`/.test(subscript)) doubts.push('a subscript holds a command')
  const isReadonly = job.words[0]?.text === 'readonly'
  if (!isReadonly && !flags.includes('g')) walk.locals.add(name)
  if (isReadonly || /[ilunaArc]/.test(flags) || subscript !== '') walk.scope.odd.add(name)
  if (flags.includes('n')) walk.scope.variables.clear()
  if (flags.includes('x')) walk.scope.exported.add(name)
  assign(walk.scope, name, assigns ? value : undefined)
  if (assigns) doubts.push(...readVariable(walk, name, value))
}

function split(args: readonly Arg[]): { readonly flags: string; readonly names: readonly Arg[] } {
  const isFlag = ({ text }: Arg) => text !== undefined && /^[-+]/.test(text)
  return { flags: args.filter(isFlag).map(({ text }) => text).join(''), names: args.filter((arg) => !isFlag(arg)) }
}

function read({ text, prefix }: Arg): { readonly name: string; readonly value: string | undefined; readonly assigns: boolean; readonly subscript: string } | undefined {
  const [, name, subscript = '', append = '', value] = /^([A-Za-z_]\w*)(\[[^=]*\])?(?:(\+?)=([\s\S]*))?$/.exec(text ?? prefix) ?? []
  if (name === undefined || (text === undefined && value === undefined)) return text === undefined ? undefined : { name: text, value: undefined, assigns: false, subscript: text }
  return { name, value: text === undefined || append !== '' ? undefined : value, assigns: value !== undefined, subscript }
}
