import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ToEngine } from '../../spec/ports/host-link.ts'
import type { NumberedFact } from '../../spec/ports/host-link.ts'

/**
 * One file per epoch, `<epoch>.jsonl`, format version 1: one numbered fact as it goes over the link, JSON, a line each, in
 * order, only appended to. A last line without LF, or that is no JSON, was torn by a crash: it was never durable, never
 * sent, and is left out.
 */
const suffix = '.jsonl'

export const outboxPath = (dir: string, epoch: string): string => join(dir, `${epoch}${suffix}`)

/** Epochs with a file, oldest first: epoch ids sort by time. */
export async function listEpochs(dir: string): Promise<string[]> {
  const names = await readdir(dir)
  return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length)).sort()
}

export interface ReadOutbox {
  readonly facts: readonly NumberedFact[]
  /** Set when lines in the middle could not be read: the disk, or a hand, has changed the file. */
  readonly damaged: number
}

export async function readOutboxFile(path: string): Promise<ReadOutbox> {
  const lines = (await readFile(path, 'utf8')).split('\n')
  lines.pop() // Empty after the last LF, else the torn line.
  const facts: NumberedFact[] = []
  let damaged = 0
  for (const [index, line] of lines.entries()) {
    const fact = parseFact(line)
    if (fact !== undefined) facts.push(fact)
    else if (index < lines.length - 1) damaged += 1
  }
  return { facts, damaged }
}

function parseFact(line: string): NumberedFact | undefined {
  const value = z.string().transform((text, context) => {
    try {
      return JSON.parse(text) as unknown // Checked by the next step.
    } catch {
      context.addIssue('not JSON')
      return z.NEVER
    }
  }).pipe(ToEngine).safeParse(line)
  return value.success && value.data.type === 'fact' ? value.data : undefined
}

export async function removeOutboxFile(path: string): Promise<void> {
  await rm(path, { force: true })
}

/** Makes a file's name durable, or its removal. */
export async function syncFolder(dir: string): Promise<void> {
  await using folder = await open(dir, 'r')
  await folder.sync()
}
