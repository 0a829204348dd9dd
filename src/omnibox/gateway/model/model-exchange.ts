import { createHash } from 'node:crypto'
import { allDialects } from './dialects/all-dialects.ts'
import { type Dialect, type JsonObject, type ModelCall, paused } from './dialects/dialect.ts'
import { fieldOf, without } from './fetch-answer.ts'
import { defaultWaits, type ModelAnswer, type ModelExchangeParts, type ModelRequest } from './model-traffic.ts'
import { type Client, own, PendingCall } from './pending-call.ts'
import { readRequestBody } from './request/read-request.ts'
import { isSmallTalk } from './request/side-call.ts'

export interface ModelExchange {
  /** Answers a request to a model service; resolves when there is something to answer, which may take as long as people do. */
  handle(request: ModelRequest): Promise<ModelAnswer>
  /**
   * Its turn was interrupted, or it is closed: asks are withdrawn, answers cut. Not at the ordinary end of a turn: the ask of a turn that
   * ended because it had to wait stays open.
   */
  endRun(run: string, reason: string): void
  /** The same for every run. */
  close(): void
}

interface Kept {
  readonly run: string
  readonly dialect: Dialect
  readonly side: boolean
  /** SHA-256 of the request that it was first wanted for: tells retries apart, and is no key. */
  readonly print: string
  readonly call: PendingCall
}

/**
 * Everything between a program's request to a model and the service's answer: understood, wanted, parked until the verdict and
 * before any header, sent at most once, measured. An ask belongs to the run and what is asked for, never to a connection.
 */
export function createModelExchange(parts: ModelExchangeParts): ModelExchange {
  const waits = parts.waits ?? defaultWaits
  const kept = new Set<Kept>()
  /** Runs that offered tools to a model: their calls without any are beside the work. */
  const worked = new Set<string>()

  const place = (run: string, { dialect, asked, print }: { dialect: Dialect; asked: ModelCall; print: string }): PendingCall | ModelAnswer => {
    const side = asked.isSideCall || (worked.has(run) && isSmallTalk(asked))
    if (asked.hasTools) worked.add(run)
    const mine = [...kept].filter((each) => each.run === run)
    // A run that waits for a person asks nobody about its titles.
    if (side && mine.some(({ call }) => call.isParked)) return own(paused(dialect, 'the run waits for a decision.'))
    const open = mine.filter((each) => each.dialect === dialect && each.side === side && each.call.takes(asked))
    const found = open.find((each) => each.print === print) ?? open[0]
    if (found !== undefined) return found.call
    const call = new PendingCall({ parts, waits, call: parts.nextCall(), run, dialect, asked, side, onOver: () => void kept.delete(entry) })
    const entry: Kept = { run, dialect, side, print, call }
    kept.add(entry)
    return call
  }

  const endAll = (entries: readonly Kept[], reason: string) => {
    for (const { call } of entries) call.end(reason)
  }

  return {
    async handle(request) {
      const read = await readCall(request)
      if ('pass' in read) return parts.forward(read.pass, request.gone)
      if ('refused' in read) return read.refused
      const found = place(request.run, read)
      return found instanceof PendingCall ? found.serve(read.client) : found
    },
    endRun(run, reason) {
      worked.delete(run)
      endAll([...kept].filter((each) => each.run === run), reason)
    },
    close() {
      endAll([...kept], 'The gateway is closing.')
    },
  }
}

type ReadCall =
  | { readonly pass: Client['request'] }
  | { readonly refused: ModelAnswer }
  | { readonly dialect: Dialect; readonly asked: ModelCall; readonly print: string; readonly client: Client }

/** Nothing of a call has left when this is done. */
async function readCall(request: ModelRequest): Promise<ReadCall> {
  const [path = ''] = request.path.split('?')
  const found = request.route.dialects.map((id) => allDialects[id]).map((dialect) => ({ dialect, kind: dialect.recognise(request.method, path) })).find(({ kind }) => kind !== undefined)
  const { run, route, method, path: whole, body } = request
  const headers = without(request.headers, methodHeaders)
  if (found === undefined) {
    // Looking is harmless, but nothing that is not understood gets the credential.
    if (method === 'GET' || method === 'HEAD') return { pass: { run, route, method, path: whole, headers, body } }
    return { refused: notUnderstood(method, path) }
  }
  const { dialect, kind } = found
  if (kind === 'free') return { pass: { run, route, method, path: whole, headers, body, dialect: dialect.id } }
  const refused = (problem: string) => ({ refused: own(dialect.refusal(problem, { headersSent: false })) })
  const json = await readRequestBody(body, fieldOf(headers, 'content-encoding'))
  if ('problem' in json) return refused(json.problem)
  const asked = dialect.readRequest(json.json, path)
  if ('problem' in asked) return refused(asked.problem)
  const more = route.tellsUsage === true ? undefined : dialect.askForUsage?.(json.json)
  const written = writeBody(more ?? json.json)
  if (written === undefined) return refused('The request is nested too deeply.')
  return { dialect, asked, print: createHash('sha256').update(written).digest('hex'), client: { gone: request.gone, dropUsage: more !== undefined, request: outgoing(request, dialect, written) } }
}

function outgoing({ run, route, method, path, headers }: ModelRequest, dialect: Dialect, written: Buffer): Client['request'] {
  // Unencoded answers, for whoever reads them on the way; unencoded requests, as what was read is what is sent.
  const kept = without(headers, ['content-length', 'content-encoding', 'transfer-encoding', 'accept-encoding', 'expect', ...methodHeaders])
  const body = { async *[Symbol.asyncIterator]() {
    yield written
  } }
  return { run, route, method, path, dialect: dialect.id, headers: { ...kept, 'accept-encoding': 'identity', 'content-length': String(written.length) }, body }
}

/** With these a service takes a request for another one than was understood. */
const methodHeaders = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Undefined for what is nested deeper than can be written: an agent chooses how deep. */
function writeBody(json: JsonObject): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(json))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function notUnderstood(method: string, path: string): ModelAnswer {
  const message = `${method} ${path} is refused: it is no call to a model that can be metered here, and everything else at a model service would be made with the account of the user.`
  return own({ status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error: { type: 'forbidden', message } }) })
}
