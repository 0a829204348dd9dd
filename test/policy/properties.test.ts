import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/spec/actions.ts'
import { type CompiledList, compilePolicies } from '../../src/policy/compile-policies.ts'
import { startPolicyFold } from '../../src/policy/policy-fold.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { stricter, verdicts } from '../../src/spec/policy/words.ts'
import { countOf, lane as testLane } from '../support/lane.ts'
import { allHappenings, naiveHistory } from './naive.ts'
import { exec, install, noPlanes, opaque, push, read, request, type TreeLog, treeLog, write } from './tree-log.ts'

const runs = { numRuns: countOf(150, 2_000), seed: Number(process.env['OMNI_SEED'] ?? 20_261_125), endOnFailure: testLane === 'mutation' }

const actions: readonly Action[] = [
  exec('npm test'), exec('ls'), exec('git push'), push(), push({ force: true }), install('a'), install(), write('src/a.ts'), write('README.md'), read('.env'),
  request('GET', 'https://example.org/a'), request('POST', 'https://example.org/a'), opaque('$X'), { kind: 'git.commit', outbound: false }, { kind: 'spawn', agent: 'a', outbound: false }, { kind: 'mcp.call', server: 's', tool: 't', outbound: 'unknown' },
]
const anyAction = fc.constantFrom(...actions)
const anyCall = fc.array(anyAction, { minLength: 1, maxLength: 3 })
const action = fc.constantFrom('warn', 'ask', 'deny')
const scope = fc.constantFrom('turn', 'session', 'tree', 'agent')

/** Policies of every type that remembers something, and some that do not. */
const anyPolicy: fc.Arbitrary<Policy> = fc.oneof(
  fc.record({ type: fc.constant('rate'), of: fc.constantFrom('*', 'exec', 'git.push', 'file'), op: fc.constantFrom('gt', 'ge'), value: fc.nat(4), per: fc.constantFrom('1m', '10s', 'turn', 'session', 'tree'), count: fc.constantFrom('executed', 'attempts'), action: fc.constantFrom('ask', 'deny') }),
  fc.record({ type: fc.constant('loop'), of: fc.constantFrom('exec', '*'), value: fc.integer({ min: 2, max: 4 }), within: fc.constantFrom('3 calls', '6 calls'), action: fc.constantFrom('ask', 'deny'), scope }),
  fc.record({ type: fc.constant('cost'), op: fc.constantFrom('ge', 'gt'), value: fc.nat(20), action: fc.constantFrom('ask', 'deny'), scope }),
  fc.record({ type: fc.constant('cost'), every: fc.integer({ min: 1, max: 10 }), action: fc.constant('ask'), scope }),
  fc.record({ type: fc.constant('git'), match: fc.constant({ verb: 'push' }), after: fc.constantFrom({ 'package.install': {}, cleared_by: 'approval' }, { 'package.install': { names: 'a' } }, { 'file.write': { path: 'src/**' }, since: { exec: { argv: 'npm test' } } }), action: fc.constantFrom('ask', 'deny'), scope }),
  fc.record({ type: fc.constant('require'), match: fc.constant({ subject: 'git.commit' }), after: fc.constantFrom({ exec: { argv: 'npm test', exit: 0 }, since: { 'file.write': {} } }, { exec: { argv: 'ls' } }), action: fc.constantFrom('ask', 'deny') }),
  fc.record({ type: fc.constant('network'), match: fc.constantFrom({ method: 'POST' }, { host: '*.org' }, {}), action }),
  fc.record({ type: fc.constant('file'), match: fc.constantFrom({ path: '**/.env' }, { verb: 'write' }), unless: fc.constantFrom({ created_by_agent: true }, { path: 'README.md' }), action }),
  fc.record({ type: fc.constant('tool'), match: fc.constantFrom({ outbound: true }, { server: 's' }, { subject: 'git.*' }), action }),
).map((policy) => ({ ...policy, name: 'p' }))

const named = (policies: readonly Policy[]): Policy[] => policies.map((policy, index) => ({ ...policy, name: `p${index}` }))

/** One thing that happens in a tree. */
type Step = { readonly do: 'call'; readonly actions: readonly Action[]; readonly approve: boolean; readonly exitCode: number; readonly lane: string } | { readonly do: 'spend'; readonly usd: number; readonly lane: string } | { readonly do: 'pass'; readonly ms: number } | { readonly do: 'change'; readonly path: string }
const lane = fc.constantFrom('root', 'child')
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('call' as const), actions: anyCall, approve: fc.boolean(), exitCode: fc.constantFrom(0, 0, 1), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spend' as const), usd: fc.nat(9), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 5_000, 61_000) }) },
)
const anySteps = fc.array(anyStep, { maxLength: 25 })

function play(policies: readonly Policy[], steps: readonly Step[], each: (log: TreeLog) => void = () => undefined): TreeLog {
  const log = treeLog({ server: policies })
  log.open('child', 'root', 'helper', [])
  for (const step of steps) {
    if (step.do === 'call') log.call(step.actions, step)
    if (step.do === 'spend') log.spend(step.usd, step)
    if (step.do === 'pass') log.pass(step.ms)
    each(log)
  }
  return log
}

/** The same log under other policies. */
const under = (log: TreeLog, list: CompiledList) => {
  const fold = startPolicyFold(list)
  for (const event of log.events) fold.advance(event)
  return fold
}
const verdictOf = (log: TreeLog, list: CompiledList, call: readonly Action[]) => under(log, list).decide({ session: 'root', tool: 't', actions: call, turn: 't1' }, { now: log.now, planes: noPlanes })
const rank = (verdict: (typeof verdicts)[number]) => verdicts.indexOf(verdict)

describe('whatever the log', () => {
  it('remembers incrementally exactly what the whole log says', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { minLength: 1, maxLength: 4 }).map(named), anySteps, anyAction, (policies, steps, next) => {
      const log = play(policies, steps)
      const list = compilePolicies('server', policies)
      const happenings = allHappenings(log.events)
      const place = { now: log.now, session: 'root', turn: 't1', agent: 'coder' }
      const answer = log.ask([next])
      for (const rule of list.rules) {
        if (rule.histories.length === 0 || !rule.subjects.has(next.kind) || (next.kind === 'exec' && next.argv === undefined)) continue
        const matches = rule.match({ action: next, actor: { session: 'root', agent: 'coder', harness: 'scripted', depth: 0, workspace: '/home/ann/app', home: '/home/ann' }, now: log.now, planes: noPlanes, secrets: undefined, hostSets: {} })
        if (matches === false) continue
        const fired = answer.rules.some((one) => one.rule === rule.id)
        expect([rule.policy, fired]).toEqual([rule.policy, naiveHistory(rule, happenings, next, place)])
      }
    }), runs)
  })

  it('decides the same whatever the order of the policies', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { maxLength: 6 }).map(named), anySteps, anyCall, (policies, steps, call) => {
      const log = play(policies, steps)
      expect(verdictOf(log, compilePolicies('server', policies.toReversed()), call).verdict).toBe(log.ask(call).verdict)
    }), runs)
  })

  it('decides the same when a policy stands there twice', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { minLength: 1, maxLength: 4 }).map(named), anySteps, anyCall, (policies, steps, call) => {
      const log = play(policies, steps)
      const twice = policies.flatMap((policy) => [policy, { ...policy, name: `${policy.name}-again` }])
      // A second copy has rules of its own: what a person approved of the first is not approved of it.
      if (policies.some((policy) => policy.every !== undefined || JSON.stringify(policy.after ?? '').includes('approval'))) return
      expect(verdictOf(log, compilePolicies('server', twice), call).verdict).toBe(log.ask(call).verdict)
    }), runs)
  })

  it('never lowers a verdict by one more policy', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { maxLength: 5 }).map(named), anyPolicy, anySteps, anyCall, (policies, more, steps, call) => {
      const log = play(policies, steps)
      const wider = verdictOf(log, compilePolicies('server', [...policies, { ...more, name: 'more' }]), call).verdict
      expect(rank(wider)).toBeGreaterThanOrEqual(rank(log.ask(call).verdict))
    }), runs)
  })

  it('never decides more mildly about more actions', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { maxLength: 5 }).map(named), anySteps, anyCall, anyCall, (policies, steps, call, more) => {
      // Loops look at a call as a whole.
      const log = play(policies.filter(({ type }) => type !== 'loop'), steps)
      expect(rank(log.ask([...call, ...more]).verdict)).toBeGreaterThanOrEqual(rank(log.ask(call).verdict))
    }), runs)
  })

  it('is stricter or as strict over several levels as the strictest of them', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { maxLength: 3 }).map(named), fc.array(anyPolicy, { maxLength: 3 }).map(named), fc.array(anyPolicy, { maxLength: 3 }).map(named), anyCall, (server, agent, session, call) => {
      const all = treeLog({ server, agent, session }).ask(call).verdict
      const apart = [treeLog({ server }), treeLog({ agent }), treeLog({ session })].map((log) => log.ask(call).verdict)
      expect(all).toBe(apart.reduce(stricter))
    }), runs)
  })

  it('goes on from what was saved as if it had seen it all', () => {
    fc.assert(fc.property(fc.array(anyPolicy, { maxLength: 5 }).map(named), anySteps, anySteps, anyCall, (policies, steps, later, call) => {
      const list = compilePolicies('server', policies)
      const log = play(policies, [...steps, ...later])
      const half = Math.floor(log.events.length / 2)
      const first = startPolicyFold(list)
      for (const event of log.events.slice(0, half)) first.advance(event)
      const second = startPolicyFold(list, [], JSON.parse(JSON.stringify(first.save())))
      for (const event of log.events.slice(half)) second.advance(event)
      expect(second.decide({ session: 'root', tool: 't', actions: call, turn: 't1' }, { now: log.now, planes: noPlanes })).toEqual(log.ask(call))
    }), runs)
  })
})
