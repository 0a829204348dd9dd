import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ConversationPart } from '../spec/earlier-conversation.ts'
import type { FoundConversation } from '../spec/ports/earlier-conversations.ts'
import { type JsonRecord, record } from './json-program.ts'

/** A program's record of one conversation: JSON, one object a line. */
export interface RecordFile {
  readonly path: string
  /** The group of the pattern that found it. */
  readonly id: string
  readonly updatedAt: number
}

/** For a list: enough of each to name it, and to count its turns where the whole is no longer. */
export const maxListedBytes = 8 * 1024 * 1024
/** For a transcript: the newest of a longer record. */
export const maxReadBytes = 32 * 1024 * 1024
const maxLineBytes = 4 * 1024 * 1024
const maxFiles = 2_000

/** Files of a folder whose name fits, newest first. Links are no records. A folder that is not there has none. */
export async function recordFiles(folder: string, pattern: RegExp): Promise<RecordFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const paths = entries.filter((entry) => entry.isFile() && pattern.test(entry.name)).slice(0, maxFiles).map((entry) => join(folder, entry.name))
  return newestFirst(await Promise.all(paths.map((path) => recordFile(path, pattern))))
}

/** One file that is known by its path. */
export async function recordFile(path: string, pattern: RegExp): Promise<RecordFile | undefined> {
  const id = pattern.exec(basename(path))?.[1]
  const found = await lstat(path).catch(() => undefined)
  return id === undefined || found?.isFile() !== true ? undefined : { path, id, updatedAt: Math.round(found.mtimeMs) }
}

export function newestFirst(files: readonly (RecordFile | undefined)[]): RecordFile[] {
  return files.filter((file) => file !== undefined).toSorted((left, right) => right.updatedAt - left.updatedAt)
}

export interface RecordLines {
  /** In order. What is no JSON object, or too long, is left out. */
  readonly lines: readonly JsonRecord[]
  /** True when the file is longer than what was read of it. */
  readonly cut: boolean
}

/**
 * @param words only lines with one of these are parsed: records hold much that nobody reads here
 * @param from the end to read from when the file is longer than `maxBytes`
 */
export async function readRecord(path: string, { maxBytes, from, words }: { readonly maxBytes: number; readonly from: 'start' | 'end'; readonly words: readonly string[] }): Promise<RecordLines> {
  // Neither a link nor a pipe may lead elsewhere or hold up who reads.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return { lines: [], cut: false }
  try {
    const found = await file.stat()
    if (!found.isFile()) return { lines: [], cut: false }
    const length = Math.min(found.size, maxBytes)
    const start = from === 'start' ? 0 : found.size - length
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return { lines: linesOf(buffer.subarray(0, bytesRead), start > 0, words), cut: found.size > length }
  } finally {
    await file.close()
  }
}

function linesOf(bytes: Buffer, isMidway: boolean, words: readonly string[]): JsonRecord[] {
  const lines: JsonRecord[] = []
  let from = isMidway ? bytes.indexOf(0x0a) + 1 : 0
  while (from < bytes.length) {
    const end = bytes.indexOf(0x0a, from)
    const line = bytes.subarray(from, end === -1 ? bytes.length : end)
    from = end === -1 ? bytes.length : end + 1
    if (line.length > maxLineBytes || !words.some((word) => line.includes(word))) continue
    const value = parse(line.toString('utf8'))
    if (value !== undefined) lines.push(value)
  }
  return lines
}

function parse(line: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const found = record(value)
    return found === value ? found : undefined
  } catch {
    // Half-written, or no record at all: the program itself passes over it too.
    return undefined
  }
}

/**
 * The lines from the first to the newest one, through what each says it follows: a conversation that was edited or gone back in has
 * branches that are no part of it any more.
 */
export function lineOfDescent(lines: readonly JsonRecord[], idOf: (line: JsonRecord) => string, parentOf: (line: JsonRecord) => string): JsonRecord[] {
  const byId = new Map(lines.map((line) => [idOf(line), line]))
  const seen = new Set<JsonRecord>()
  let current = lines.at(-1)
  while (current !== undefined && !seen.has(current)) {
    seen.add(current)
    current = byId.get(parentOf(current))
  }
  return [...seen].toReversed()
}

/** A record for a list; one in which nobody asked anything is no conversation. @param told what `readRecord` gave of it, and the name it gives itself */
export function foundConversation({ id, updatedAt }: RecordFile, told: { readonly token: string; readonly name: string; readonly parts: readonly ConversationPart[]; readonly cut: boolean }): FoundConversation[] {
  const prompts = told.parts.flatMap((part) => (part.kind === 'prompt' ? [part.text] : []))
  const [first] = prompts
  return first === undefined ? [] : [{ id, token: told.token, title: told.name.trim() === '' ? first : told.name, updatedAt, ...(told.cut ? {} : { turns: prompts.length }) }]
}

export const tooLong = 'The oldest part is not shown: its record is too long.'

/** Epoch ms of a record's time. */
export function timeOf(value: unknown): { readonly at?: number } {
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isFinite(at) && at > 0 ? { at: Math.round(at) } : {}
}
