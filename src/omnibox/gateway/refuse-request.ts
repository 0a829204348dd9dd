import { once } from 'node:events'
import { proxyChallenge } from './proxy-password.ts'
import { pushAnswerType, refsAnswerType, refuseRefs, rejectPush } from './push-answer.ts'
import { type Refusal, refusalBody } from './refusal.ts'
import type { Passage } from './world.ts'

/** How the client wants to hear a refusal. */
export interface Tongue {
  readonly stage: 'refs' | 'push' | undefined
  readonly refs: readonly string[]
  readonly capabilities: readonly string[]
}
export const plainTongue: Tongue = { stage: undefined, refs: [], capabilities: [] }

/** What a client reads whose request was held for as long as it bears. */
export const waitingText = 'waiting for approval, retry\n'

/** Answers with a refusal: JSON, or git's own protocol where git asks. */
export async function refuseRequest(passage: Passage, refusal: Refusal, tongue: Tongue): Promise<void> {
  const { message, rule, howToAsk } = refusal
  const long = `omnibox: ${message} (${rule})${howToAsk === undefined ? '' : ` ${howToAsk}`}`
  if (await answerGit(passage, tongue, { short: `omnibox: ${message}`, long })) return
  write(passage, refusal.status, 'application/json', refusalBody(refusal))
}

export async function tellToWait(passage: Passage, tongue: Tongue): Promise<void> {
  const short = 'omnibox: waiting for approval, push again'
  if (await answerGit(passage, tongue, { short, long: short })) return
  write(passage, 403, 'text/plain; charset=utf-8', waitingText)
}

async function answerGit(passage: Passage, { stage, refs, capabilities }: Tongue, reason: { readonly short: string; readonly long: string }): Promise<boolean> {
  if (stage === undefined) return false
  if (stage === 'refs') {
    // Not with 403: git shows the body of that only as plain text, and asks for a password on others.
    write(passage, 200, refsAnswerType, refuseRefs(reason.long))
    return true
  }
  const report = refs.length === 0 ? undefined : rejectPush(refs, capabilities, reason)
  if (report === undefined) return false
  await drain(passage)
  write(passage, 200, pushAnswerType, report)
  return true
}

/** git reads no answer before it has sent its pack. */
async function drain({ incoming, live }: Passage): Promise<void> {
  if (incoming.readableEnded || incoming.destroyed || live.aborted) return
  const over = once(incoming, 'close', { signal: live })
  incoming.resume()
  await over.catch(() => undefined) // Gone: nobody reads the answer.
}

function write({ incoming, outgoing, expects }: Passage, status: number, type: string, body: string | Buffer): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy()
    return
  }
  // A client that waits for "100 Continue" may send its body now or never: the connection cannot be read on.
  const last = expects && !incoming.complete ? ['Connection', 'close'] : []
  outgoing.writeHead(status, ['Content-Type', type, 'Content-Length', String(Buffer.byteLength(body)), 'Cache-Control', 'no-store', ...(status === 407 ? proxyChallenge : []), ...last])
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
  // What is left of the request is read and dropped, or the connection would stand still.
  if (!incoming.complete) incoming.resume()
}
