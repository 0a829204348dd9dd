import { expect, it } from 'vitest'
import { factsOf } from '../../../test/policy/facts-of.ts'
import { push, request } from '../../../test/policy/tree-log.ts'
import type { Action } from '../../spec/actions.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { pushedRefsTest } from './pushed-refs.ts'

const pushing = (...refs: string[]): Action => ({ kind: 'net.request', host: 'x.org', method: 'POST', path: '/a/git-receive-pack', refs, outbound: true })
const holds = (policy: Partial<Policy>, action: Action, possibly?: 'net.request') => pushedRefsTest({ name: 'p', type: 'network', action: 'allow', ...policy })?.(factsOf(action, possibly === undefined ? {} : { possibly }))
const agent = ['refs/heads/agent/*']

it('lets through what pushes nothing else', () => {
  expect([pushing('refs/heads/agent/a'), pushing('refs/heads/agent/a', 'refs/heads/main'), pushing('refs/heads/main'), pushing(), request('GET', 'https://x.org/')].map((action) => holds({ refs: agent }, action))).toEqual([true, false, false, true, true])
})
it('restricts what pushes any of them', () => {
  for (const action of ['ask', 'deny', 'warn'] as const) expect([pushing('refs/heads/agent/a'), pushing('refs/heads/agent/a', 'refs/heads/main'), pushing('refs/heads/main'), pushing(), request('GET', 'https://x.org/')].map((each) => holds({ refs: agent, action }, each))).toEqual([true, true, false, false, false])
})
it('asks about some of them, and admits only all', () => {
  expect([pushing('refs/heads/agent/a'), pushing('refs/heads/agent/a', 'refs/heads/main'), pushing('refs/heads/main'), pushing()].map((each) => holds({ refs: agent, action: 'ask', admit: true }, each))).toEqual([true, 'unknown', false, true])
})
it('is not known where a line may push and nobody sees what', () => {
  const post = (path?: string): Action => ({ kind: 'net.request', host: 'x.org', method: 'POST', ...(path === undefined ? {} : { path }), outbound: true })
  expect([post('/a.git/git-receive-pack'), post('/a/GIT-receive-pack/?x'), post(), post('/other'), { kind: 'net.request', host: 'x.org', outbound: true } as const].map((each) => holds({ refs: agent }, each))).toEqual(['unknown', 'unknown', 'unknown', true, 'unknown'])
  expect([holds({ refs: agent }, pushing(), 'net.request'), holds({ refs: agent }, push())]).toEqual(['unknown', 'unknown'])
})
it('takes what is no full name for a branch', () => {
  expect([holds({ refs: ['main'] }, pushing('refs/heads/main')), holds({ refs: ['main'] }, pushing('refs/tags/main')), holds({ refs: ['agent/{a,b}'] }, pushing('refs/heads/agent/b')), holds({ refs: ['*'] }, pushing('refs/notes/x')), holds({ refs: ['refs/tags/v*'] }, pushing('refs/tags/v1'))]).toEqual([true, false, true, true, true])
  expect(pushedRefsTest({ name: 'p', type: 'network', action: 'allow' })).toBeUndefined()
})
