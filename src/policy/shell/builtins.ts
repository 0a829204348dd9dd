import type { Arg } from './arg.ts'
import { declare, exportNames } from './builtins/declare.ts'
import { evalText, execProgram, sourceFile, trap } from './builtins/run-text.ts'
import { absolute } from './paths.ts'
import { echoText, printfText } from './print-text.ts'
import { assign, copyScope } from './scope.ts'
import type { Job } from './start-program.ts'
import type { Output, Walk } from './walk-state.ts'

export interface Step {
  readonly walk: Walk
  readonly job: Job
  readonly args: readonly Arg[]
  /** Reasons why it cannot be told what it does; to be added to. */
  readonly doubts: string[]
  /** Starts another command in this shell. */
  readonly start: (walk: Walk, job: Job) => Output
}

/** What a builtin does to the shell's state; returns what it prints, when known. */
export type Builtin = (step: Step) => Output

const silent = (change: (step: Step) => void): Builtin => (step) => {
  change(step)
  return ''
}
const nothing = silent(() => undefined)
const unknown: Builtin = () => undefined

const changeFolder = silent(({ walk: { scope }, args }) => {
  const [target, more] = args.filter(({ text }) => text === undefined || !/^-[LPe@]+$|^--$/.test(text))
  if (target === undefined) scope.cwd = args.some(({ many }) => many) ? undefined : scope.home
  else scope.cwd = target.text === undefined || target.text === '-' || /^[-+]\d/.test(target.text) || more !== undefined ? undefined : absolute(target.text, scope.cwd)
})

/** Alone it goes back to the folder that was pushed before. */
const changeToPushed: Builtin = (step) => {
  if (step.args.length > 0) return changeFolder(step)
  step.walk.scope.cwd = undefined
  return ''
}

const set = silent(({ walk: { scope }, args }) => {
  let index = 0
  for (; index < args.length; index += 1) {
    const { text, prefix = '' } = args[index] ?? {}
    // It may turn out to be an option, and options are no words.
    if (text === undefined && !/^[^-+]/.test(prefix)) {
      scope.positional = undefined
      return
    }
    if (text === '--') {
      scope.positional = words(args.slice(index + 1))
      return
    }
    if (text === undefined || !/^[-+]/.test(text)) break
    if (/^[-+]\w*o$/.test(text)) index += 1
  }
  if (index < args.length) scope.positional = words(args.slice(index))
})

const words = (args: readonly Arg[]) => (args.some(({ many }) => many) ? undefined : args)

const shift = silent(({ walk: { scope }, args }) => {
  const count = args.length === 0 ? 1 : Number(args[0]?.text ?? 'unknown')
  scope.positional = Number.isInteger(count) ? scope.positional?.slice(count) : undefined
})

/** Assigns the variables it names from something only known at run time. */
const fill = silent(({ walk, args, doubts }) => {
  for (const { text } of args) {
    if (text === undefined) walk.scope.variables.clear()
    else if (/\$\(|`/.test(text)) doubts.push('a variable name holds a command')
    else if (/^[A-Za-z_]\w*/.test(text)) assign(walk.scope, /^\w+/.exec(text)?.[0] ?? text, undefined)
  }
})

const unset = silent(({ walk: { scope }, args, doubts }) => {
  for (const { text } of args) {
    if (text === undefined) scope.variables.clear()
    else if (/\$\(|`/.test(text)) doubts.push('a variable name holds a command')
    else {
      if (text === 'IFS') scope.splits = false
      if (text === 'HOME') scope.home = undefined
      scope.variables.delete(text)
      if (args[0]?.text === '-f') scope.functions.delete(text)
      else if (scope.functions.has(text)) scope.unsureFunctions.add(text)
    }
  }
})

const letNames = silent(({ walk: { scope }, args, doubts }) => {
  for (const { text } of args) {
    if (text === undefined) scope.variables.clear()
    else if (/\$\(|`/.test(text)) doubts.push('arithmetic holds a command')
    for (const name of text?.match(/[A-Za-z_]\w*/g) ?? []) assign(scope, name, undefined)
  }
})

const test = silent(({ args, doubts }) => {
  if (args.some(({ text }) => text !== undefined && text.includes('[') && /\$\(|`/.test(text.slice(text.indexOf('['))))) doubts.push('a subscript holds a command')
})

const leave = silent(({ walk }) => { walk.scope.dead = true })
const giveBack = silent(({ walk }) => {
  walk.returns.push(copyScope(walk.scope))
  walk.scope.dead = true
})
const leaveLoop = silent(({ walk, args }) => {
  const levels = args.length === 0 ? 1 : Number(args[0]?.text ?? 'unknown')
  walk.jumps.push({ scope: copyScope(walk.scope), levels: Number.isInteger(levels) ? levels : 1 })
  // With a number only known at run time it may leave any loop: what is certain must not rest on which.
  if (Number.isInteger(levels)) walk.scope.dead = true
  else walk.scope.variables.clear()
})

const alias = silent(({ walk, args, doubts }) => {
  for (const arg of args) {
    const [, name, text] = /^([^=]+)=([\s\S]*)$/.exec(arg.text ?? '') ?? []
    if (arg.text === undefined) doubts.push('an alias is only known at run time')
    if (name === undefined || text === undefined) continue
    walk.scope.aliases.set(name, text)
    if (/\s$/.test(text)) doubts.push('an alias expands the word after it')
    walk.reader.text(walk, text, { same: false, scope: copyScope(walk.scope), call: `alias ${name}` })
  }
})

/** `command NAME …` and `builtin NAME …`: the same without functions and aliases. */
const direct: Builtin = ({ walk, job, args, start }) => {
  const flags = args.findIndex(({ text }) => text === undefined || !/^-[pvV]+$|^--$/.test(text))
  const rest = flags === -1 ? [] : args.slice(flags)
  const asks = args.slice(0, flags === -1 ? args.length : flags).some(({ text }) => /^-p*[vV]/.test(text ?? ''))
  if (asks || rest.length === 0) return undefined
  return start(walk, { ...job, words: rest, command: rest.map(({ source }) => source).join(' '), actions: [], doubts: [], lookup: 'builtin' })
}

/** Refused with these options, harmless without. */
const unless = (pattern: RegExp, reason: string): Builtin => ({ args, doubts }) => {
  if (args.some(({ text, prefix }) => pattern.test(text ?? prefix) || (text === undefined && prefix === ''))) doubts.push(reason)
  return undefined
}

const echo: Builtin = ({ args }) => echoText(args)
const printf: Builtin = (step) => {
  if (step.args[0]?.text !== '-v') return printfText(step.args)
  fill({ ...step, args: step.args.slice(1, 2) })
  return ''
}

const mapfile: Builtin = (step) => {
  if (step.args.some(({ prefix }) => prefix.startsWith('-C'))) step.doubts.push('mapfile calls back')
  return fill(step)
}

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', nothing], ['true', nothing], ['false', nothing], ['cd', changeFolder], ['chdir', changeFolder], ['pushd', changeToPushed], ['popd', silent(({ walk }) => { walk.scope.cwd = undefined })],
  ['export', exportNames], ['declare', declare], ['typeset', declare], ['local', declare], ['readonly', declare],
  ['unset', unset], ['set', set], ['shift', shift], ['read', fill], ['mapfile', mapfile], ['readarray', mapfile], ['getopts', fill], ['let', letNames],
  ['test', test], ['[', test], ['echo', echo], ['printf', printf],
  ['eval', evalText], ['.', sourceFile], ['source', sourceFile], ['exec', execProgram], ['command', direct], ['builtin', direct], ['trap', trap],
  ['exit', leave], ['logout', leave], ['return', giveBack], ['break', leaveLoop], ['continue', leaveLoop], ['alias', alias], ['unalias', nothing],
  ['enable', unless(/^-\w*[fn]/, 'it changes which commands are built in')], ['hash', unless(/^-\w*p/, 'it changes what a name means')],
  ['bind', unless(/^-\w*x/, 'it binds a command to a key')], ['complete', unless(/^-\w*[CF]/, 'it sets a command to be run for completion')],
  ['compgen', unless(/^-\w*[CFW]/, 'it runs a command for completion')], ['fc', unless(/^(?!-\w*l)/, 'it runs earlier commands again')],
  ['wait', unknown], ['jobs', unknown], ['fg', unknown], ['bg', unknown], ['kill', nothing], ['umask', unknown], ['ulimit', unknown], ['type', unknown],
  ['shopt', unknown], ['pwd', unknown], ['dirs', unknown], ['history', unknown], ['times', unknown], ['disown', nothing], ['suspend', nothing], ['caller', unknown],
])

