import { z } from 'zod'
import { effortLevels, profileNames } from '../agent/words.ts'
import { AttachmentRefs, CommandId, PromptText } from '../commands.ts'
import { ConversationId, ConversationList } from '../earlier-conversation.ts'
import { Author, Envelope } from '../events/envelope.ts'
import { ModelList } from '../model-list.ts'
import { Readiness } from '../ports/host-link.ts'
import { trustHash } from '../trust/trust-card.ts'
import { IndexRow } from '../view/index-row.ts'
import { SessionView } from '../view/session-view.ts'
import { PartialItem, TranscriptItem } from '../view/transcript-item.ts'

/** The one error shape of every route and socket. `code` is an `ErrorCode`. */
export const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
})
export type ErrorBody = z.infer<typeof ErrorBody>

const name = z.string().min(1).max(128)
/** Absolute path on the host. */
const folder = z.string().min(1).max(4_096).startsWith('/', 'must be an absolute path')

/** POST /v1/sessions. The agent comes by name (shipped or in `~/.omnigent/agents`) or as a resolved spec. */
export const CreateSession = z.strictObject({
  /** Makes the call repeatable: the same id answers with the session made first. */
  id: CommandId,
  agent: z.union([z.strictObject({ name }), z.strictObject({ spec: z.record(z.string(), z.json()) })]),
  harness: name.optional(),
  model: name.optional(),
  /** Instead of the agent's. */
  effort: z.enum(effortLevels).optional(),
  /** Sandbox profile, instead of the agent's. */
  sandbox: z.enum(profileNames).optional(),
  workspace: z.strictObject({ mode: z.enum(['here', 'temp']).default('here'), path: folder }),
  title: z.string().trim().min(1).max(200).optional(),
  /** Sent at once as the first prompt. */
  prompt: PromptText.optional(),
  /** With the prompt. */
  attachments: AttachmentRefs.optional(),
  /** Go on with a conversation that a person had with a program by hand in this folder; `harness` is that program then. */
  continues: z.strictObject({ harness: name, id: ConversationId }).optional(),
  /** The hash of the card that a person said yes to: `details` of the error `untrusted`. */
  trust: trustHash.optional(),
  /** Keep that yes for later sessions, until what is asked changes. */
  remember: z.boolean().optional(),
  /** A person is there: what the project itself would run is put on the card too. Without, it is left out, and the session says so. */
  ask: z.boolean().optional(),
})
export type CreateSession = z.input<typeof CreateSession>

/** POST /v1/sessions/{session}/fork. `turn`: fork just after this turn; default the last one that ended. */
export const ForkSession = z.strictObject({
  id: CommandId,
  turn: name.optional(),
  harness: name.optional(),
  model: name.optional(),
  title: z.string().trim().min(1).max(200).optional(),
})
export type ForkSession = z.input<typeof ForkSession>

/** PATCH /v1/sessions/{session}: a JSON merge patch. */
export const PatchSession = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  archived: z.boolean().optional(),
  labels: z.record(z.string().regex(/^[\w.-]{1,64}$/), z.string().max(256).nullable()).optional(),
})
export type PatchSession = z.input<typeof PatchSession>

export const SessionRef = z.object({ session: z.string(), tree: z.string(), view: SessionView })
export type SessionRef = z.infer<typeof SessionRef>

export const ListSessions = z.object({
  archived: z.enum(['true', 'false']).optional(),
  q: z.string().max(200).optional(),
  /** `name` or `name=value`. */
  label: z.string().max(330).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
})
export const SessionPage = z.object({ sessions: z.array(IndexRow), next: z.string().optional() })
export type SessionPage = z.infer<typeof SessionPage>

export const ListItems = z.object({
  before: z.coerce.number().int().positive().optional(),
  after: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  rewound: z.enum(['true', 'false']).optional(),
})
export const ItemPage = z.object({
  items: z.array(TranscriptItem),
  /** True when older items exist before the first one. */
  older: z.boolean(),
})
export type ItemPage = z.infer<typeof ItemPage>

/** A session as a client opens it: everything is true at `seq`. */
export const Snapshot = z.object({
  session: z.string(),
  tree: z.string(),
  seq: z.number().int(),
  view: SessionView,
  page: ItemPage,
  /** What has been streamed of items that are not completed yet. */
  partials: z.array(PartialItem),
})
export type Snapshot = z.infer<typeof Snapshot>

export const ListEvents = z.object({
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
})
export const EventPage = z.object({ events: z.array(Envelope), head: z.number().int() })
export type EventPage = z.infer<typeof EventPage>

export const SearchPage = z.object({
  hits: z.array(z.object({ session: z.string(), title: z.string(), key: z.number(), excerpt: z.string() })),
})
export type SearchPage = z.infer<typeof SearchPage>

export const AgentSummary = z.object({
  name: z.string(),
  description: z.string().optional(),
  harness: z.array(z.string()),
  source: z.enum(['shipped', 'user']),
})
export const AgentList = z.object({ agents: z.array(AgentSummary) })
export type AgentList = z.infer<typeof AgentList>

export const HarnessList = z.object({ harnesses: z.array(Readiness) })
export type HarnessList = z.infer<typeof HarnessList>

/** GET /v1/models. Without `harness`: of every harness that is ready. `refresh` asks anew, also when a young list is kept. */
export const ListModels = z.object({ harness: name.optional(), refresh: z.enum(['true', 'false']).optional() })
export const ModelLists = z.object({ lists: z.array(ModelList) })
export type ModelLists = z.infer<typeof ModelLists>

/** GET /v1/conversations: what a person said to programs by hand in this folder, by harness. Those that a session goes on with are not among them. */
export const ListConversations = z.object({ path: folder })
export const ConversationLists = z.object({ lists: z.array(ConversationList) })
export type ConversationLists = z.infer<typeof ConversationLists>

export const ServerStatus = z.object({
  name: z.literal('omnigent'),
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.number(),
  /** Address of the web page, without the token. */
  url: z.string(),
  defaultFolder: z.string(),
  hosts: z.array(z.object({ id: z.string(), name: z.string(), epoch: z.string(), attached: z.boolean() })),
  live: z.object({ sockets: z.number().int(), streams: z.number().int(), trees: z.number().int() }),
})
export type ServerStatus = z.infer<typeof ServerStatus>

/** POST /v1/auth/session: swaps the install token for a cookie. */
export const SignIn = z.strictObject({ token: z.string().min(1).max(256) })
export const Me = z.object({ user: Author })
