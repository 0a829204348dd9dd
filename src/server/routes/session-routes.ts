import { z } from 'zod'
import { CreateSession, ForkSession, ListSessions, PatchSession, SessionPage, SessionRef } from '../../spec/api/http.ts'
import { Command, CommandResult } from '../../spec/commands.ts'
import type { Author } from '../../spec/events/envelope.ts'
import { AppError } from '../../spec/app-error.ts'
import { onlyPerson } from '../only-person.ts'
import { route, type Route } from '../route.ts'
import { sessionIdOf } from '../../session/engine.ts'
import type { ServerDeps } from '../server-deps.ts'

/** Sessions and the commands they take. */
export function sessionRoutes(deps: ServerDeps): Route[] {
  const { engine, agents, trust } = deps
  return [
    route({
      method: 'get', path: '/v1/sessions', summary: 'List sessions, newest change first.', query: ListSessions, reply: SessionPage,
      handle: async ({ query }) => {
        const { rows, next } = await deps.index.list(listQuery(query))
        return { sessions: rows, ...(next === undefined ? {} : { next }) }
      },
    }),
    route({
      method: 'post', path: '/v1/sessions', summary: 'Make a session, and start its first prompt.', body: CreateSession, reply: SessionRef, status: 201,
      handle: async ({ body, by }) => {
        const { agent: _agent, harness: _harness, model: _model, trust: hash, remember = false, ask = false, ...rest } = body
        const { continues } = body
        if (continues !== undefined) checkContinues(body, by)
        const resolved = await agents.resolve(continues === undefined ? body : { ...body, harness: continues.harness })
        if (hash !== undefined) onlyPerson(by)
        const subject = { session: sessionIdOf(rest.id), agent: resolved.agent, workspace: rest.workspace }
        const leftOut = await trust.admit(subject, hash === undefined ? undefined : { hash, remember }, ask)
        return engine.create({ ...rest, ...resolved, notices: [...resolved.notices, ...leftOut] }, by)
      },
    }),
    route({ method: 'get', path: '/v1/sessions/{session}', summary: 'One session.', reply: SessionRef, handle: async ({ params }) => engine.describe(id(params)) }),
    route({
      method: 'patch', path: '/v1/sessions/{session}', summary: 'Rename, label or archive (JSON merge patch).', body: PatchSession, reply: SessionRef,
      handle: async ({ params, body, by, context }) => {
        // Repeatable: the same key makes the same commands.
        const key = context.req.header('idempotency-key') ?? deps.ids.next('cmd')
        for (const [part, command] of patchCommands(body)) await engine.command(id(params), Command.parse({ id: `${cleanKey(key)}_${part}`, ...command }), by)
        return engine.describe(id(params))
      },
    }),
    route({
      method: 'delete', path: '/v1/sessions/{session}', summary: 'Delete a session with its whole tree.', reply: z.object({ deleted: z.literal(true) }),
      handle: async ({ params }) => {
        await engine.remove(id(params))
        await trust.forget(id(params))
        return { deleted: true }
      },
    }),
    route({
      method: 'post', path: '/v1/sessions/{session}/commands', summary: 'Order something of a session. The same command id is answered with its first result.', body: Command, reply: CommandResult,
      handle: async ({ params, body, by }) => {
        const command = body.type === 'harness.switch' ? { ...body, harness: agents.harness(body.harness) } : body
        if (starts.has(body.type)) await trust.answer(await engine.pinned(id(params)), undefined)
        return engine.command(id(params), command, by)
      },
    }),
    route({
      method: 'post', path: '/v1/sessions/{session}/fork', summary: 'A new session that goes on from a turn of this one.', body: ForkSession, reply: SessionRef, status: 201,
      handle: async ({ params, body, by }) => {
        const request = body.harness === undefined ? body : { ...body, harness: agents.harness(body.harness) }
        const made = await engine.fork(id(params), request, by)
        await trust.inherit(id(params), made.session)
        return made
      },
    }),
  ]
}

/** Commands after which the session's program may start: none of an agent that nobody trusts here. */
const starts: ReadonlySet<Command['type']> = new Set<Command['type']>(['turn.start', 'turn.steer', 'queue.run', 'harness.switch'])

export function id(params: Readonly<Record<string, string>>): string {
  const session = params['session']
  if (session === undefined || session.length > 128) throw new AppError('not_found', 'There is no such session.')
  return session
}

/** What a person said elsewhere is theirs to bring along. */
function checkContinues({ continues, harness, workspace }: z.output<typeof CreateSession>, by: Author): void {
  onlyPerson(by, 'go on with an earlier conversation')
  if (workspace.mode !== 'here') throw new AppError('invalid', 'continues: an earlier conversation goes on in its own folder; leave workspace.mode out.')
  if (harness !== undefined && harness !== continues?.harness) throw new AppError('invalid', `continues: the conversation is one of ${continues?.harness}. Leave harness out; the session can switch to ${harness} later.`)
}

function listQuery(query: z.output<typeof ListSessions>) {
  const { archived, q, label, limit, cursor } = query
  const [name, value] = label?.split('=', 2) ?? []
  return {
    limit, ...(archived === undefined ? {} : { archived: archived === 'true' }), ...(q === undefined || q.trim() === '' ? {} : { text: q }),
    ...(name === undefined ? {} : { label: value === undefined ? { name } : { name, value } }), ...(cursor === undefined ? {} : { cursor }),
  }
}

function patchCommands(patch: z.output<typeof PatchSession>): [string, object][] {
  const commands: [string, object][] = []
  if (patch.title !== undefined) commands.push(['title', { type: 'session.rename', title: patch.title }])
  if (patch.labels !== undefined && Object.keys(patch.labels).length > 0) commands.push(['labels', { type: 'session.label', labels: patch.labels }])
  if (patch.archived !== undefined) commands.push(['archived', { type: 'session.archive', archived: patch.archived }])
  return commands
}

function cleanKey(key: string): string {
  if (!/^[A-Za-z0-9_-]{1,50}$/.test(key)) throw new AppError('invalid', 'idempotency-key: must be 1 to 50 of A-Z a-z 0-9 _ -')
  return key
}
