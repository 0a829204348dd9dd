import { type Arg, restOf } from '../arg.ts'

/** Which options of a program take a value. Anything not named here is a flag. */
export interface OptionShape {
  /** Letters whose value is the rest of the word, or else the next word. */
  readonly values?: string
  /** Letters whose value can only be the rest of the word. */
  readonly attached?: string
  /** Long names (without dashes) whose value follows `=` or is the next word. */
  readonly longValues?: readonly string[]
  /** Long flags: needed only where an abbreviation would be mistaken for one of `longValues`. */
  readonly longFlags?: readonly string[]
  /** The first operand ends the options: what follows belongs to it. */
  readonly stops?: boolean
}

export interface Options {
  /** By letter or long name; flags have the value undefined. */
  readonly given: ReadonlyMap<string, readonly (Arg | undefined)[]>
  readonly operands: readonly Arg[]
  /** A word that is only known at run time stood where an option can stand. */
  readonly unsure: boolean
}

/**
 * Splits arguments into options and operands: bundled letters, joined values, `--name=value`, abbreviated long names, `--`.
 * @see getopt_long(3), which most programs use or follow
 */
export function readOptions(args: readonly Arg[], shape: OptionShape): Options {
  const given = new Map<string, (Arg | undefined)[]>()
  const operands: Arg[] = []
  let unsure = false
  const add = (name: string, value?: Arg) => given.set(name, [...(given.get(name) ?? []), value])
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index]
    if (arg === undefined) break
    if (arg.text === '--') {
      operands.push(...args.slice(index + 1))
      break
    }
    if (arg.prefix.startsWith('--')) {
      index += readLong(arg, args[index + 1], shape, add)
      if (arg.text === undefined && !arg.prefix.includes('=')) unsure = true
    } else if (arg.prefix.startsWith('-') && arg.prefix !== '-') {
      const used = readLetters(arg, args[index + 1], shape, add)
      index += used.skipped
      if (!used.sure) unsure = true
    } else {
      // Alone it may turn out to be an option; unquoted it may split, and options follow.
      if (arg.text === undefined && (arg.prefix === '' || arg.many) && arg.glob === undefined) unsure = true
      operands.push(...(shape.stops ? args.slice(index) : [arg]))
      if (shape.stops) break
    }
  }
  return { given, operands, unsure }
}

/** The last value of the first of these options that was given. */
export const valueOf = ({ given }: Options, ...names: readonly string[]): Arg | undefined => names.flatMap((name) => given.get(name) ?? []).findLast((value) => value !== undefined)

export const valuesOf = ({ given }: Options, ...names: readonly string[]): readonly Arg[] => names.flatMap((name) => given.get(name) ?? []).filter((value) => value !== undefined)

export const has = ({ given }: Options, ...names: readonly string[]): boolean => names.some((name) => given.has(name))

type Add = (name: string, value?: Arg) => void

function readLong(arg: Arg, next: Arg | undefined, { longValues = [], longFlags = [] }: OptionShape, add: Add): number {
  const equals = arg.prefix.indexOf('=')
  const written = arg.prefix.slice(2, equals === -1 ? undefined : equals)
  const isExact = longValues.includes(written) || longFlags.includes(written)
  const meant = isExact ? written : ([...longValues, ...longFlags].find((name) => written !== '' && name.startsWith(written)) ?? written)
  if (equals !== -1) {
    add(meant, restOf(arg, equals + 1))
    return 0
  }
  if (!longValues.includes(meant)) {
    add(meant)
    return 0
  }
  add(meant, next)
  return 1
}

function readLetters(arg: Arg, next: Arg | undefined, { values = '', attached = '' }: OptionShape, add: Add): { readonly skipped: number; readonly sure: boolean } {
  for (let at = 1; at < arg.prefix.length; at += 1) {
    const letter = arg.prefix.charAt(at)
    const rest = at + 1 < arg.prefix.length || arg.text === undefined ? restOf(arg, at + 1) : undefined
    if (values.includes(letter)) {
      add(letter, rest ?? next)
      return { skipped: rest === undefined ? 1 : 0, sure: true }
    }
    if (attached.includes(letter)) {
      add(letter, rest)
      return { skipped: 0, sure: true }
    }
    add(letter)
  }
  return { skipped: 0, sure: arg.text !== undefined }
}
