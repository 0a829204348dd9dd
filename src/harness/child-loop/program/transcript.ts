import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { transcriptFile } from '../transcript-file.ts'
import { closeOpenCalls, Message } from './conversation.ts'

/**
 * The program's memory, version 1: a file of JSON lines in the session's private folder, only ever added to.
 * `{"type":"omni","version":1}` opens it; `message` adds one; `compacted` puts a summary in the place of the first `count`
 * messages. A line that a crash cut off is taken away at the next start; a line of a later version is left alone.
 */
const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('omni'), version: z.literal(1) }),
  z.object({ type: z.literal('message'), message: Message }),
  z.object({ type: z.literal('compacted'), summary: z.string(), count: z.number().int().nonnegative() }),
])
type Line = z.infer<typeof Line>

export interface Transcript {
  /** What brings it back: the name of its file. */
  readonly token: string
  readonly messages: readonly Message[]
  add(message: Message): Promise<void>
  /** Puts a summary in the place of the first `count` messages. */
  compact(summary: string, count: number): Promise<void>
}

export interface TranscriptPlace {
  readonly home: string
  /** Each harness has a folder of its own. */
  readonly harness: string
  /** An earlier token; a lost record is found before the program starts. */
  readonly resume?: string | undefined
}

export async function openTranscript({ home, harness, resume }: TranscriptPlace): Promise<Transcript> {
  const earlier = resume === undefined ? undefined : await readLines(transcriptFile(home, harness, resume))
  const token = resume !== undefined && earlier !== undefined ? resume : `talk-${crypto.randomUUID()}`
  const file = transcriptFile(home, harness, token)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  let messages = closeOpenCalls(replay(earlier ?? []))
  const write = (line: Line) => appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  if (earlier === undefined) await writeFile(file, `${JSON.stringify({ type: 'omni', version: 1 } satisfies Line)}\n`, { mode: 0o600 })
  return {
    token,
    get messages() {
      return messages
    },
    async add(message) {
      messages = [...messages, message]
      await write({ type: 'message', message })
    },
    async compact(summary, count) {
      messages = compacted(messages, summary, count)
      await write({ type: 'compacted', summary, count })
    },
  }
}

/** The lines of a file, its torn last one cut off for good: what is added later must start on a line of its own. */
async function readLines(file: string): Promise<Line[] | undefined> {
  const bytes = await readFile(file).catch(() => undefined) // Lost: the conversation starts anew.
  if (bytes === undefined) return undefined
  const end = bytes.lastIndexOf(0x0a) + 1
  if (end < bytes.length) await truncate(file, end)
  return bytes.subarray(0, end).toString('utf8').split('\n').flatMap((line) => {
    const parsed = parseLine(line)
    return parsed === undefined ? [] : [parsed]
  })
}

function parseLine(line: string): Line | undefined {
  try {
    return Line.safeParse(JSON.parse(line)).data
  } catch {
    // Damaged: the others are still worth having.
    return undefined
  }
}

function replay(lines: readonly Line[]): Message[] {
  let messages: Message[] = []
  for (const line of lines) {
    if (line.type === 'message') messages.push(line.message)
    // Calls are closed before they are counted, as they were when the summary was made.
    if (line.type === 'compacted') messages = compacted(closeOpenCalls(messages), line.summary, line.count)
  }
  return messages
}

function compacted(messages: readonly Message[], summary: string, count: number): Message[] {
  return [{ role: 'user', text: `The conversation so far, in short:\n\n${summary}` }, ...messages.slice(count)]
}
