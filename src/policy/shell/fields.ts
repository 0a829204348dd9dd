import { limits } from './reading.ts'
import { type Arg, dynamicArg, knownArg } from './arg.ts'

/** The words that one word of the source splits into, built from left to right. */
export interface Fields {
  /** Known text; split at blanks and open to globs unless `quoted`. */
  readonly text: (text: string, quoted: boolean) => void
  /** Text only known at run time; exactly part of one word when `quoted`, else any number of words. */
  readonly unknown: (quoted: boolean, prefix?: string) => void
  readonly glob: (pattern: string) => void
  /** `"$@"`: the first joins what stands before, the last what follows. */
  readonly list: (words: readonly Arg[], quoted: boolean) => void
  readonly finish: () => readonly Arg[]
  /** All as one text, for assignments and here-documents. */
  readonly joined: () => string | undefined
}

interface Field {
  text: string
  prefix: string
  known: boolean
  many: boolean
  glob: boolean
}

/** @param splits false when what separates words is itself unknown. */
export function createFields(source: string, splits: boolean): Fields {
  const done: Field[] = []
  let open: Field | undefined
  const current = () => (open ??= { text: '', prefix: '', known: true, many: false, glob: false })
  const close = () => {
    if (open) done.push(open)
    open = undefined
  }
  const add = (text: string) => {
    const field = current()
    // A value may be written down many times: what grows beyond any real word is as good as unknown.
    if (field.text.length + text.length > limits.textLength) {
      unknown(true)
      return
    }
    field.text += text
    if (field.known && !field.glob) field.prefix += text
  }
  const unknown = (quoted: boolean, prefix = '') => {
    const field = current()
    if (field.known && !field.glob) field.prefix += prefix
    field.known = false
    if (!quoted) field.many = true
  }
  const text = (value: string, quoted: boolean) => {
    if (quoted) return add(value)
    if (!splits && value !== '') return unknown(false)
    value.split(/[ \t\n]+/).forEach((piece, index) => {
      if (index > 0) close()
      if (piece === '') return
      if (/[*?[]/.test(piece)) glob(piece)
      else add(piece)
    })
  }
  const glob = (pattern: string) => {
    const field = current()
    field.text += pattern
    field.glob = true
  }
  const list = (words: readonly Arg[], quoted: boolean) => {
    words.forEach((word, index) => {
      if (index > 0) close()
      if (word.text !== undefined && !word.many) text(word.text, quoted)
      else unknown(quoted && !word.many, word.prefix)
    })
  }
  const finish = () => {
    close()
    return done.map((field) => toArg(field, done.length === 1 && source !== '' ? source : undefined))
  }
  const joined = () => {
    close()
    return done.every(({ known }) => known) ? done.map(({ text }) => text).join(' ') : undefined
  }
  return { text, unknown, glob, list, finish, joined }
}

function toArg({ text, prefix, known, many, glob }: Field, source: string | undefined): Arg {
  if (known && !glob) return knownArg(text, source)
  if (known) return { ...dynamicArg(source ?? text, { prefix, many: true }), glob: text }
  return dynamicArg(source ?? `${prefix}…`, { prefix, many })
}
