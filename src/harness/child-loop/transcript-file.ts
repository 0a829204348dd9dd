import { join } from 'node:path'

/** Where the record of a conversation is. A token comes back from a log that others can write: it must not name a file elsewhere. */
export function transcriptFile(home: string, harness: string, token: string): string {
  const name = /^talk-[0-9a-f-]{36}$/.test(token) ? token : 'no-such-talk'
  return join(home, harness, `${name}.jsonl`)
}

/** Where the pictures of all conversations of a session are. */
export const picturesFolder = (home: string, harness: string): string => join(home, harness, 'pictures')
