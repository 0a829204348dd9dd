import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { type PushCommands, readPushCommands } from './push-commands.ts'
import { headersOf } from './read-target.ts'
import type { Refusal } from './refusal.ts'

export interface ReadPush {
  readonly commands: Extract<PushCommands, { type: 'commands' }>
  /** Everything that was read, the beginning of the pack with it. */
  readonly prefix: Buffer
}

/** Reads a push's command list and leaves the rest of the body where it is. */
export async function readPush(incoming: IncomingMessage, options: { readonly maxBytes: number; readonly live: AbortSignal }): Promise<ReadPush | Refusal> {
  const encodings = headersOf(incoming, 'content-encoding').filter((encoding) => encoding !== 'identity')
  if (encodings.length > 0) return { status: 415, rule: 'gateway/push', message: 'A packed push cannot be read: send it without a content-encoding.' }
  let bytes = Buffer.alloc(0)
  for (;;) {
    const commands = readPushCommands(bytes)
    if (commands.type === 'commands') return { commands, prefix: bytes }
    if (commands.type === 'unreadable') return unreadable(commands.reason)
    if (bytes.length > options.maxBytes) return unreadable('the list of refs is too long')
    const chunk = incoming.read() as Buffer | null // Proof: no encoding is set.
    if (chunk !== null) bytes = Buffer.concat([bytes, chunk])
    else if (incoming.readableEnded || incoming.destroyed || options.live.aborted) return unreadable('it ends within the list of refs')
    else await more(incoming, options.live)
  }
}

const unreadable = (reason: string): Refusal => ({ status: 400, rule: 'gateway/push', message: `The push cannot be read: ${reason}.` })

/** Until there is something to read, or never will be. */
async function more(incoming: IncomingMessage, live: AbortSignal): Promise<void> {
  const stop = new AbortController()
  const events = ['readable', 'end', 'close'].map((name) => once(incoming, name, { signal: AbortSignal.any([stop.signal, live]) }))
  await Promise.race(events).catch(() => undefined) // The caller looks what has become of it.
  stop.abort()
  await Promise.allSettled(events)
}
