import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The program's own memory: one JSON line for each turn, in the session's private folder. */
export interface Transcript {
  /** What brings it back: the name of its file. */
  readonly token: string
  readonly turns: number
  add(turn: string, prompt: string): Promise<void>
}

/** @param resume an earlier token; any other text than one starts anew */
export async function openTranscript(home: string, resume: string | undefined): Promise<Transcript> {
  const folder = join(home, 'scripted')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // The token comes back from a log that others can write: it must not name a file elsewhere.
  const token = resume !== undefined && /^talk-[0-9a-f-]{36}$/.test(resume) ? resume : `talk-${crypto.randomUUID()}`
  const file = join(folder, `${token}.jsonl`)
  // Made at once: from now on the token leads somewhere.
  await appendFile(file, '', { mode: 0o600 })
  const earlier = await readFile(file, 'utf8')
  let turns = earlier.split('\n').filter((line) => line !== '').length
  return {
    token,
    get turns() {
      return turns
    },
    async add(turn, prompt) {
      await appendFile(file, `${JSON.stringify({ turn, prompt })}\n`, { mode: 0o600 })
      turns += 1
    },
  }
}
