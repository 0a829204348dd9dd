import { AskDecision, CallDecision } from '../../spec/api/decision.ts'
import { CheckPolicies, PolicyCheck, problemBody, ReplacePolicies, ServerPolicyState, SessionPolicies } from '../../spec/api/policies.ts'
import { onlyPerson } from '../only-person.ts'
import { route, type Route } from '../route.ts'
import type { ServerDeps } from '../server-deps.ts'
import { id } from './session-routes.ts'

/** What sessions have to keep to: seen, checked, and changed by people. A session's own are changed by commands: `policy.add`, `policy.remove`. */
export function policyRoutes({ engine, policies }: Pick<ServerDeps, 'engine' | 'policies'>): Route[] {
  return [
    route({ method: 'get', path: '/v1/policies', summary: 'The server’s policies: the shipped ones and its own.', reply: ServerPolicyState, handle: async () => policies.state() }),
    route({
      method: 'put', path: '/v1/policies', summary: 'A person replaces the server’s own policies, whole. They hold from the next decision on.', body: ReplacePolicies, reply: ServerPolicyState,
      handle: ({ body, by }) => {
        onlyPerson(by, 'change policies')
        return policies.replace(body.text)
      },
    }),
    route({
      method: 'post', path: '/v1/policies/check', summary: 'Every problem of a policy text, each with its place. Changes nothing.', body: CheckPolicies, reply: PolicyCheck,
      handle: async ({ body }) => {
        const problems = await policies.problems(body.text, body.level)
        return { ok: problems.length === 0, problems: problems.map(problemBody) }
      },
    }),
    route({ method: 'get', path: '/v1/sessions/{session}/policies', summary: 'The policies in force for a session, and what a person allowed in it for longer than once.', reply: SessionPolicies, handle: ({ params }) => engine.policies(id(params)) }),
    route({
      method: 'get', path: '/v1/sessions/{session}/calls/{call}/decision', summary: 'Why a call was decided as it was: every rule with the parts of its condition, and the events that made it so.', query: AskDecision, reply: CallDecision,
      handle: ({ params, query }) => engine.decision(id(params), params['call'] ?? '', query.all === 'true'),
    }),
  ]
}
