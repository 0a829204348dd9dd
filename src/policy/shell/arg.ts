/** One word of a command, as far as it is known before the command runs. */
export interface Arg {
  /** The exact text; undefined when it is only known at run time. */
  readonly text: string | undefined
  /** The leading text that is known: all of it when `text` is. */
  readonly prefix: string
  /** May turn out to be no word, or several. */
  readonly many: boolean
  /** The pattern as written, when the word is a glob and nothing else about it is dynamic. */
  readonly glob?: string
  /** As it stands in the source, for people. */
  readonly source: string
}

export function knownArg(text: string, source = quoted(text)): Arg {
  return { text, prefix: text, many: false, source }
}

export function dynamicArg(source: string, { prefix = '', many = false }: { readonly prefix?: string; readonly many?: boolean } = {}): Arg {
  return { text: undefined, prefix, many, source }
}

/** The word without its first `length` characters, which are known: the value of `--name=value`. */
export function restOf(arg: Arg, length: number): Arg {
  const source = arg.source
  return arg.text === undefined ? { ...dynamicArg(source, { prefix: arg.prefix.slice(length) }), ...(arg.glob === undefined ? {} : { glob: arg.glob.slice(length) }) } : knownArg(arg.text.slice(length))
}

/** All texts, or undefined when one of them is not known. */
export function textsOf(args: readonly Arg[]): readonly string[] | undefined {
  const texts = args.flatMap(({ text }) => (text === undefined ? [] : [text]))
  return texts.length === args.length ? texts : undefined
}

export const sourceOf = (args: readonly Arg[]) => args.map(({ source }) => source).join(' ')

/** The text as one word of a shell line. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
