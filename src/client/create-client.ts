import { z } from 'zod'
import {
  AgentList, ConversationLists, type CreateSession, EventPage, type ForkSession, HarnessList, ItemPage, Me, ModelLists, type PatchSession, SearchPage, ServerStatus, SessionPage, SessionRef,
} from '../spec/api/http.ts'
import { CallDecision } from '../spec/api/decision.ts'
import { PolicyCheck, ServerPolicyState, SessionPolicies } from '../spec/api/policies.ts'
import { type AskUsage, UsageReport } from '../spec/api/usage.ts'
import { AppError } from '../spec/app-error.ts'
import { Attachment } from '../spec/attachment.ts'
import { type Command, CommandResult } from '../spec/commands.ts'
import type { Level } from '../spec/policy/words.ts'
import type { Clock } from '../spec/ports/clock.ts'
import { type TrustAnswer, TrustState } from '../spec/trust/trust-card.ts'
import { type ApiRequest, askJson, askResponse, type Transport } from './api-request.ts'
import { LiveConnection } from './live-connection.ts'
import { LiveList } from './live-list.ts'
import { LiveSession } from './live-session.ts'
import { randomFraction, randomId } from './random-id.ts'

export interface ClientOptions {
  /** Address of the server: `http://127.0.0.1:6767`. */
  readonly baseUrl: string
  /** The install token. Leave it out in a browser: the cookie speaks there. */
  readonly token?: string
  readonly clock: Clock
  readonly fetch?: typeof fetch
  readonly WebSocket?: typeof WebSocket
  /** Makes ids of commands: 1 to 48 of A-Z a-z 0-9 _ - that never come twice. */
  readonly newId?: () => string
  /** In [0, 1): spreads out clients that lost the same server. */
  readonly random?: () => number
}

type WithoutId<Each> = Each extends { readonly id: string } ? Omit<Each, 'id'> & { readonly id?: string } : never
/** A command; its id is made here unless the caller repeats one. */
export type Order = WithoutId<z.input<typeof Command>>

export interface ListQuery {
  readonly archived?: boolean
  readonly q?: string
  readonly label?: string
  readonly limit?: number
  readonly cursor?: string
}

/** One method a route. Every method @throws {AppError} with the server's code, 'unavailable' when nothing answers. */
export interface Client {
  status(): Promise<ServerStatus>
  me(): Promise<z.output<typeof Me>>
  /** Swaps the install token for the browser's cookie. */
  signIn(token: string): Promise<z.output<typeof Me>>
  agents(): Promise<AgentList['agents']>
  harnesses(): Promise<HarnessList['harnesses']>
  /** Models of one harness, or of all that are ready. */
  models(query?: { readonly harness?: string; readonly refresh?: boolean }): Promise<ModelLists['lists']>
  /** What a person said to programs by hand in this folder. */
  conversations(path: string): Promise<ConversationLists['lists']>
  listSessions(query?: ListQuery): Promise<SessionPage>
  createSession(request: Omit<CreateSession, 'id'> & { readonly id?: string }): Promise<SessionRef>
  session(session: string): Promise<SessionRef>
  patch(session: string, patch: PatchSession): Promise<SessionRef>
  fork(session: string, request?: Omit<ForkSession, 'id'> & { readonly id?: string }): Promise<SessionRef>
  remove(session: string): Promise<void>
  /** What a person must allow before the session's next turn. */
  trust(session: string): Promise<TrustState>
  /** A person allows what the card with this hash asks for. */
  answerTrust(session: string, answer: z.input<typeof TrustAnswer>): Promise<TrustState>
  /** The server's policies; `replacePolicies` puts another list in place of its own. */
  policies(): Promise<ServerPolicyState>
  replacePolicies(text: string): Promise<ServerPolicyState>
  /** Every problem of a policy text; changes nothing. */
  checkPolicies(text: string, level: Level): Promise<PolicyCheck>
  /** What a session has to keep to; its own are changed by commands. */
  sessionPolicies(session: string): Promise<SessionPolicies>
  /** Why a call was decided as it was; with `all` also what had no part in it. */
  decision(session: string, call: string, query?: { readonly all?: boolean }): Promise<CallDecision>
  command(session: string, order: Order): Promise<CommandResult>
  /** Sends a file, to be named in `turn.start` or `createSession`. */
  attach(name: string, bytes: Blob | Uint8Array<ArrayBuffer>): Promise<Attachment>
  items(session: string, query?: { before?: number; after?: number; limit?: number; rewound?: boolean }): Promise<ItemPage>
  events(session: string, query?: { after?: number; limit?: number }): Promise<EventPage>
  /** What settled model calls used and cost. Times in epoch ms. */
  usage(query?: Partial<AskUsage>): Promise<UsageReport>
  search(text: string, options?: { limit?: number; signal?: AbortSignal }): Promise<SearchPage['hits']>
  /** The whole of a text that an event only quotes. */
  blob(hash: string): Promise<string>
  /** Address of the session's export as JSON lines. */
  exportUrl(session: string): string
  /** A session followed live over the shared socket; `close()` it when done. */
  openSession(session: string, options?: { readonly items?: number }): LiveSession
  /** The list followed live. */
  openList(query?: Pick<ListQuery, 'archived'>): LiveList
  readonly connection: LiveConnection
  close(): void
}

/** A client of one server. Works in browsers and in Node; opens the socket with the first live subscription. */
export function createClient(options: ClientOptions): Client {
  const transport = transportOf(options)
  const newId = options.newId ?? randomId
  const json = <Schema extends z.ZodType>(request: ApiRequest, schema: Schema) => askJson(transport, request, schema)
  const get = <Schema extends z.ZodType>(path: string, schema: Schema, query?: ApiRequest['query']) => json({ method: 'GET', path, ...(query === undefined ? {} : { query }) }, schema)
  const post = <Schema extends z.ZodType>(path: string, body: unknown, schema: Schema) => json({ method: 'POST', path, body, repeatable: true }, schema)
  const at = (session: string, part = '') => `/v1/sessions/${encodeURIComponent(session)}${part}`

  const me = () => get('/v1/me', Me)
  const connection = new LiveConnection({
    open: () => openSocket(transport, options.WebSocket ?? globalThis.WebSocket),
    // A browser does not tell why a socket was refused: a plain request does.
    probe: async () => void (await me()),
    clock: options.clock,
    random: options.random ?? randomFraction,
  })
  const client: Client = {
    connection,
    me,
    status: () => get('/v1/server', ServerStatus),
    signIn: (token) => json({ method: 'POST', path: '/v1/auth/session', body: { token } }, Me),
    agents: async () => (await get('/v1/agents', AgentList)).agents,
    harnesses: async () => (await get('/v1/harnesses', HarnessList)).harnesses,
    models: async ({ refresh, ...query } = {}) => (await get('/v1/models', ModelLists, { ...query, ...(refresh === true ? { refresh: 'true' } : {}) })).lists,
    conversations: async (path) => (await get('/v1/conversations', ConversationLists, { path })).lists,
    listSessions: (query = {}) => get('/v1/sessions', SessionPage, { ...query }),
    createSession: (request) => post('/v1/sessions', { id: newId(), ...request }, SessionRef),
    session: (session) => get(at(session), SessionRef),
    patch: (session, patch) => json({ method: 'PATCH', path: at(session), body: patch, headers: { 'idempotency-key': newId() }, repeatable: true }, SessionRef),
    fork: (session, request = {}) => post(at(session, '/fork'), { id: newId(), ...request }, SessionRef),
    remove: async (session) => void (await json({ method: 'DELETE', path: at(session) }, z.object({ deleted: z.literal(true) }))),
    trust: (session) => get(at(session, '/trust'), TrustState),
    answerTrust: (session, answer) => post(at(session, '/trust'), answer, TrustState),
    policies: () => get('/v1/policies', ServerPolicyState),
    replacePolicies: (text) => json({ method: 'PUT', path: '/v1/policies', body: { text }, repeatable: true }, ServerPolicyState),
    checkPolicies: (text, level) => post('/v1/policies/check', { text, level }, PolicyCheck),
    sessionPolicies: (session) => get(at(session, '/policies'), SessionPolicies),
    decision: (session, call, { all = false } = {}) => get(at(session, `/calls/${encodeURIComponent(call)}/decision`), CallDecision, { all: String(all) }),
    command: (session, order) => post(at(session, '/commands'), { id: newId(), ...order }, CommandResult),
    attach: (name, bytes) => json({ method: 'POST', path: '/v1/attachments', query: { name: name.slice(-200) || 'file' }, bytes, repeatable: true }, Attachment),
    items: (session, query = {}) => get(at(session, '/items'), ItemPage, { ...query }),
    events: (session, query = {}) => get(at(session, '/log'), EventPage, { ...query }),
    usage: (query = {}) => get('/v1/usage', UsageReport, { ...query }),
    search: async (text, { limit = 20, signal } = {}) =>
      (await json({ method: 'GET', path: '/v1/search', query: { q: text, limit }, ...(signal === undefined ? {} : { signal }) }, SearchPage)).hits,
    blob: async (hash) => (await askResponse(transport, { method: 'GET', path: `/v1/blobs/${encodeURIComponent(hash)}` })).text(),
    exportUrl: (session) => `${transport.baseUrl}${at(session, '/export')}`,
    openSession: (session, { items = 50 } = {}) => new LiveSession({ session, items, connection, loadPage: (query) => client.items(session, query) }),
    openList: (query = {}) => new LiveList({ connection, loadPage: (cursor) => client.listSessions({ ...query, limit: 100, ...(cursor === undefined ? {} : { cursor }) }) }),
    close: () => connection.close(),
  }
  return client
}

function transportOf(options: ClientOptions): Transport {
  // Called unbound, a browser's fetch refuses.
  const fetchOnce = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  return { baseUrl: options.baseUrl.replace(/\/+$/, ''), fetch: fetchOnce, clock: options.clock, ...(options.token === undefined ? {} : { token: options.token }) }
}

function openSocket(transport: Transport, Socket: typeof WebSocket | undefined): WebSocket {
  if (Socket === undefined) throw new AppError('unsupported', 'This place has no WebSocket. Node 22 and newer and every browser have one.')
  const address = `${transport.baseUrl.replace(/^http/, 'ws')}/v1/live`
  // Neither browsers nor Node can set headers on a socket: a program's token travels as a subprotocol, a browser's in the cookie.
  return new Socket(address, transport.token === undefined ? ['omnigent.v1'] : ['omnigent.v1', `omnigent.token.${transport.token}`])
}
