/**
 * Words for search, version 1. A word is a run of letters, digits and marks, folded to lower case without accents; each
 * Han, Hiragana and Katakana character is a word of its own, because these scripts put no space between words. Both
 * stores index and ask through here, so they find the same.
 */
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'

const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+/gu
const maxPhrases = 16
const maxQueryChars = 400
const excerptChars = 80
export const matchStart = '\u0002'
export const matchEnd = '\u0003'

export interface Word {
  readonly folded: string
  readonly start: number
  readonly end: number
}

export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(word)) {
    const folded = fold(match[0])
    if (folded !== '') words.push({ folded, start: match.index, end: match.index + match[0].length })
  }
  return words
}

/** The words of a text as one line, for an index that cuts at spaces. */
export function indexText(text: string): string {
  return wordsOf(text).map((found) => found.folded).join(' ')
}

function fold(text: string): string {
  return text.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '')
}

/** Each part between spaces is a phrase, the last word of it a prefix; all phrases must occur. Empty when nothing can be looked for. */
export function phrasesOf(query: string): string[][] {
  const parts = query.slice(0, maxQueryChars).split(/\s+/u).slice(0, maxPhrases)
  return parts.map((part) => wordsOf(part).map((found) => found.folded)).filter((phrase) => phrase.length > 0)
}

/** Place of a phrase in a text's words; -1 when it does not occur. */
export function findPhrase(words: readonly Word[], phrase: readonly string[]): number {
  const last = phrase.length - 1
  return words.findIndex((_, at) => phrase.every((part, index) => {
    const candidate = words[at + index]?.folded
    return index === last ? candidate?.startsWith(part) === true : candidate === part
  }))
}

/** Text around the first match, the match between U+0002 and U+0003. The marks can not come from the text. */
export function excerptOf(text: string, phrases: readonly (readonly string[])[]): string {
  const words = wordsOf(text)
  const [phrase] = phrases
  const at = phrase === undefined ? -1 : findPhrase(words, phrase)
  const first = words[at]
  const last = words[at + (phrase?.length ?? 1) - 1]
  if (first === undefined || last === undefined) return clean(text.slice(0, 2 * excerptChars))
  const from = Math.max(0, first.start - excerptChars)
  const to = Math.min(text.length, last.end + excerptChars)
  const before = clean(text.slice(from, first.start))
  const after = clean(text.slice(last.end, to))
  return `${from > 0 ? '…' : ''}${before}${matchStart}${clean(text.slice(first.start, last.end))}${matchEnd}${after}${to < text.length ? '…' : ''}`
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll(/[\u0000-\u001f\u007f]+/gu, ' ')
}

/** What search finds of an item; undefined for items that it does not look into. */
export function searchableText(item: TranscriptItem): string | undefined {
  if (item.kind === 'prompt') return item.text
  if (item.kind !== 'message') return undefined
  return 'text' in item.text ? item.text.text : `${item.text.head} … ${item.text.tail}`
}
