import { TrustAnswer, TrustState } from '../../spec/trust/trust-card.ts'
import { onlyPerson } from '../only-person.ts'
import { route, type Route } from '../route.ts'
import type { ServerDeps } from '../server-deps.ts'
import { id } from './session-routes.ts'

/** What a session's agent asks for, and a person's answer: for sessions that came from another machine, or whose trust was taken back. */
export function trustRoutes({ engine, trust }: ServerDeps): Route[] {
  const state = async (session: string) => {
    const card = await trust.missing(await engine.pinned(session))
    return { trusted: card === undefined, ...(card === undefined ? {} : { card }) }
  }
  return [
    route({ method: 'get', path: '/v1/sessions/{session}/trust', summary: 'What a person must allow before the session’s next turn.', reply: TrustState, handle: ({ params }) => state(id(params)) }),
    route({
      method: 'post', path: '/v1/sessions/{session}/trust', summary: 'A person allows what the card with this hash asks for.', body: TrustAnswer, reply: TrustState,
      handle: async ({ params, body, by }) => {
        onlyPerson(by)
        await trust.answer(await engine.pinned(id(params)), body)
        await engine.resume(id(params), by)
        return state(id(params))
      },
    }),
  ]
}
