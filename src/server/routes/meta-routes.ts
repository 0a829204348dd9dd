import { z } from 'zod'
import { onlyPerson } from '../only-person.ts'
import { AgentList, ConversationLists, HarnessList, ListConversations, ListModels, Me, ModelLists, SearchPage, ServerStatus, SignIn } from '../../spec/api/http.ts'
import type { Guard } from '../guard.ts'
import { route, type Route } from '../route.ts'
import type { LiveCounts, ServerDeps } from '../server-deps.ts'

/** Who am I, what is here, how do I get in. */
export function metaRoutes(deps: ServerDeps, guard: Guard, counts: LiveCounts): Route[] {
  return [
    route({
      method: 'get', path: '/v1/health', summary: 'Answers when the server is up; says nothing else.', open: true, reply: z.object({ ok: z.literal(true) }),
      handle: async () => ({ ok: true }),
    }),
    route({
      method: 'post', path: '/v1/auth/session', summary: 'Swap the install token for a cookie.', open: true, body: SignIn, reply: Me,
      handle: async ({ body, context }) => {
        context.header('set-cookie', guard.signIn(body.token))
        return { user: { kind: 'user', id: 'local' } }
      },
    }),
    route({ method: 'get', path: '/v1/me', summary: 'Who you are here.', reply: Me, handle: async ({ by }) => ({ user: by }) }),
    route({
      method: 'get', path: '/v1/server', summary: 'State of this server.', reply: ServerStatus,
      handle: async () => ({ ...deps.status(), live: { ...counts, trees: deps.engine.loadedTrees } }),
    }),
    route({ method: 'get', path: '/v1/agents', summary: 'Agents that a session can start from.', reply: AgentList, handle: async () => ({ agents: await deps.agents.list() }) }),
    route({
      method: 'get', path: '/v1/harnesses', summary: 'Harnesses on the attached host, and what is missing.', reply: HarnessList,
      handle: async () => ({ harnesses: await deps.engine.readiness() }),
    }),
    route({
      method: 'get', path: '/v1/models', summary: 'Models of a harness, or of all that are ready: as its service, its program or the last good list has them.', query: ListModels, reply: ModelLists,
      handle: async ({ query }) => ({ lists: await deps.engine.models({ harness: query.harness, refresh: query.refresh === 'true' }) }),
    }),
    route({
      method: 'get', path: '/v1/conversations', summary: 'Conversations that a person had with programs by hand in this folder; `continues` of a new session goes on with one.', query: ListConversations, reply: ConversationLists,
      handle: async ({ query, by }) => {
        onlyPerson(by, 'see earlier conversations')
        return { lists: await deps.engine.conversations(query.path) }
      },
    }),
    route({
      method: 'get', path: '/v1/search', summary: 'Full-text search over titles, prompts and messages.',
      query: z.object({ q: z.string().min(1).max(200), limit: z.coerce.number().int().min(1).max(100).default(20) }), reply: SearchPage,
      handle: async ({ query }) => ({ hits: await deps.index.search(query.q, query.limit) }),
    }),
  ]
}
