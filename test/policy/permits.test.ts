import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBaseline } from '../../src/app/policy-desk.ts'
import { startPolicyFold } from '../../src/policy/policy-fold.ts'
import { compilePolicies } from '../../src/policy/compile-policies.ts'
import type { Action } from '../../src/spec/actions.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { countOf } from '../support/lane.ts'
import { naivePermits, naivePushPermit } from './naive-permits.ts'
import { readLine } from './read-line.ts'
import { exec, install, push, request, treeLog, type TreeLog, wire, wirePush } from './tree-log.ts'

const pushAsks: Policy = { name: 'push', type: 'git', match: { verb: 'push' }, action: 'ask' }
const writesAsk: Policy = { name: 'writes', type: 'network', match: { writes: true }, action: 'ask' }
const both = [pushAsks, writesAsk]
const main = wirePush(['refs/heads/main'])
const started = (server: readonly Policy[] = both, ...actions: readonly Action[]): TreeLog => {
  const log = treeLog({ server }, { wire: true, kernel: true, restore: true })
  log.call(actions.length === 0 ? [exec('git push'), push()] : actions)
  return log
}
const verdictOf = (log: TreeLog, sent = main) => log.send(sent).verdict

describe('a push that passed the tool gate', () => {
  it('is one question: the wire passes, says by which call, and uses it up', () => {
    const log = started()
    expect(log.send(main)).toMatchObject({ verdict: 'allow', permit: { call: 'c1', actions: [1] }, rules: [{ rule: 'server/writes', verdict: 'allow', permit: 'c1' }, { rule: 'server/push', verdict: 'allow', permit: 'c1' }] })
    expect(log.send(main).rules.map(({ rule, verdict }) => [rule, verdict])).toEqual([['server/writes', 'ask'], ['server/push', 'ask']])
  })
  it('passes as well when no person was asked, and after a grant', () => {
    expect(verdictOf(started([writesAsk]))).toBe('allow')
    const log = treeLog({ server: both })
    const hash = log.ask([push()]).rules[0]?.hash ?? ''
    log.emit('grant.made', { grant: 'g', rule: 'server/push', hash, kind: 'git.push', pattern: { repo: 'example.org/acme/app', ref: 'main', force: false }, scope: 'session' })
    expect(log.call([exec('git push'), push()]).verdict).toBe('allow')
    expect(verdictOf(log)).toBe('allow')
  })
  it('that was refused leaves nothing, nor does a dry run, nor what nobody was asked about', () => {
    const log = treeLog({ server: both })
    log.call([exec('git push'), push()], { approve: false })
    log.call(readLine({ line: 'git push --dry-run https://example.org/acme/app main' }).actions)
    log.emit('tool.proposed', { call: 'seen', tool: 't', title: '', input: { text: '' }, actions: [push()], gated: false })
    log.emit('tool.released', { call: 'seen' })
    expect(verdictOf(log)).toBe('ask')
  })
  it('is what it is as the reader of lines has it', async () => {
    const log = treeLog({ server: await readBaseline() }, { wire: true, kernel: true, restore: true })
    log.call(readLine({ line: 'git push https://example.org/acme/app.git main v:refs/tags/v1' }).actions)
    expect(log.send(wirePush(['refs/heads/main', 'refs/tags/v1']))).toMatchObject({ verdict: 'allow', permit: { actions: [1, 2] } })
  })
  it('asks for its refs before, without a question and without using anything up', () => {
    const log = started([...both, { name: 'all', type: 'network', default: 'ask' }])
    expect(log.send(wire('GET', 'https://example.org/acme/app.git/info/refs', { gitPush: { repo: 'acme/app', refs: [] } }))).toMatchObject({ verdict: 'allow', permit: { call: 'c1', actions: [] } })
    expect(log.send(wirePush([], { bodyBytes: 4 }))).toMatchObject({ verdict: 'allow', permit: { actions: [] } })
    expect(verdictOf(log)).toBe('allow')
    expect(log.send(wire('GET', 'https://example.org/acme/other.git/info/refs', { gitPush: { repo: 'acme/other', refs: [] } })).verdict).toBe('ask')
  })
})

describe('outside of what passed', () => {
  it.each([
    ['another repository', wirePush(['refs/heads/main'], {}, 'acme/other')], ['another ref', wirePush(['refs/heads/dev'])], ['one ref more', wirePush(['refs/heads/main', 'refs/heads/dev'])], ['the same ref twice', wirePush(['refs/heads/main', 'refs/heads/main'])], ['a deletion', wirePush([':refs/heads/main'])], ['a tag of that name', wirePush(['refs/tags/main'])],
    ['another port', wirePush(['refs/heads/main'], { port: 8_443 })], ['another host', wirePush(['refs/heads/main'], { host: 'example.net' })], ['another kind of request', wire('POST', 'https://example.org/acme/app')],
  ])('%s is asked about', (_, sent) => {
    expect(verdictOf(started(), sent)).toBe('ask')
  })
  it('two refs of two calls are asked about; of one call they pass', () => {
    const two = wirePush(['refs/heads/main', 'refs/heads/dev'])
    const apart = started()
    apart.call([exec('git push'), push({ ref: 'dev' })])
    expect(verdictOf(apart, two)).toBe('ask')
    expect(verdictOf(started(both, exec('git push'), push(), push({ ref: 'dev' })), two)).toBe('allow')
  })
  it('what two pushes of one line do are two requests', () => {
    const log = started(both, exec('git push'), push(), exec('git push'), push({ ref: 'dev' }))
    expect([verdictOf(log, wirePush(['refs/heads/dev'])), verdictOf(log), verdictOf(log)]).toEqual(['allow', 'allow', 'ask'])
  })
  it('of another session, after ten minutes, and after a change of what is allowed', () => {
    const elsewhere = started()
    elsewhere.open('child', 'root')
    expect(verdictOf(elsewhere, { ...main, session: 'child' })).toBe('ask')
    const [late, soon] = [started(), started()]
    late.pass(600_000)
    soon.pass(599_999)
    expect([verdictOf(late), verdictOf(soon)]).toEqual(['ask', 'allow'])
    for (const change of [(log: TreeLog) => log.emit('policy.changed', { level: 'session', hash: '', policies: [] }), (log: TreeLog) => log.emit('grant.revoked', { grant: 'g' })]) {
      const log = started()
      change(log)
      expect(verdictOf(log)).toBe('ask')
    }
  })
  it('a request that is refused all the same has used it up, and one that is denied has not', () => {
    const log = started([...both, { name: 'secret', type: 'tool', match: { subject: 'secret.use' }, action: 'ask' }])
    expect(log.send({ ...main, placeholders: ['gh'] }, { approve: false })).toMatchObject({ verdict: 'ask', ran: false, permit: { actions: [1] } })
    expect(verdictOf(log)).toBe('ask')
    const denied = started([...both, { name: 'secret', type: 'tool', match: { subject: 'secret.use' }, action: 'deny' }])
    expect(denied.send({ ...main, placeholders: ['gh'] })).not.toHaveProperty('permit')
    expect(verdictOf(denied)).toBe('allow')
  })
  it('a secret that goes in was never asked about at the gate', () => {
    expect(started([{ name: 'all', type: 'tool', match: { outbound: true }, action: 'ask' }]).send({ ...main, placeholders: ['gh'] })).toMatchObject({ verdict: 'ask', rules: [{ actions: [2] }] })
  })
  it('the permit of a call is not used by another call, only by a request', () => {
    const log = started()
    expect(log.ask([exec('git push'), push()]).verdict).toBe('ask')
  })
})

describe('what the gate did not know', () => {
  const bare = (more: Partial<Extract<Action, { kind: 'git.push' }>> = {}): Action => ({ kind: 'git.push', repo: 'example.org/acme/app', outbound: true, ...more })
  const allow = (server: readonly Policy[], action: Action) => verdictOf(started(server, exec('git push'), action))

  it('is asked about by the rules that look at it, and answered for those that do not', () => {
    expect(allow(both, bare({ force: false, delete: false, tag: false }))).toBe('allow')
    expect(allow([...both, { name: 'main', type: 'git', match: { ref: 'main' }, action: 'ask' }], bare({ force: false, delete: false, tag: false }))).toBe('ask')
    expect(allow([...both, { name: 'other', type: 'git', match: { ref: 'other' }, action: 'ask' }], bare({ force: false, delete: false, tag: false }))).toBe('allow')
  })
  it('without a person’s yes is covered by nothing', () => {
    expect(allow([writesAsk], bare({ force: false, delete: false, tag: false }))).toBe('ask')
  })
  it('of the repository is covered by nothing, with a yes or without', () => {
    const { repo: _unknown, ...nowhere } = push() as Extract<Action, { kind: 'git.push' }>
    expect(allow(both, nowhere)).toBe('ask')
  })
  it('of tags and deletions covers none', () => {
    const log = (action: Action, sent: ReturnType<typeof wirePush>) => verdictOf(started(both, exec('git push'), action), sent)
    expect([log(bare(), wirePush([':refs/heads/main'])), log(bare(), wirePush(['refs/tags/v1'])), log(bare({ tag: true }), wirePush(['refs/tags/v1', 'refs/tags/v2', 'refs/heads/main'])), log(bare({ delete: true }), wirePush([':refs/heads/main', 'refs/heads/x']))]).toEqual(['ask', 'ask', 'allow', 'allow'])
  })
  it('and the gate knew what the wire does not: a force', () => {
    const forced: Policy = { name: 'force', type: 'git', match: { force: true }, action: 'ask' }
    expect(allow([forced], push())).toBe('allow')
    expect(allow([forced], push({ force: true }))).toBe('allow')
    expect(allow([forced], bare({ ref: 'main', delete: false, tag: false }))).toBe('ask')
  })
  it('never lifts a deny', () => {
    expect(allow([{ name: 'x', type: 'network', match: { path: '*git-receive-pack' }, action: 'deny' }], push())).toBe('deny')
    expect(allow([{ name: 'x', type: 'git', match: { force: true }, action: 'deny', unknown: 'deny' }], push())).toBe('deny')
  })
})

describe('packages and other requests', () => {
  const publishes = { kind: 'package.publish', manager: 'npm', outbound: true } as const
  const asks: readonly Policy[] = [{ name: 'publish', type: 'package', match: { verb: 'publish' }, action: 'ask' }, writesAsk]
  const toNpm = (path = '/@acme/app', host = 'registry.npmjs.org') => wire('PUT', `https://${host}${path}`)

  it('a package goes out once, to the registry that the program takes by itself', () => {
    const log = started(asks, exec('npm publish'), publishes)
    expect([verdictOf(log, toNpm('/@acme/app', 'npm.acme.org')), verdictOf(log, wire('PUT', 'https://crates.io/api/v1/crates/new')), verdictOf(log, toNpm()), verdictOf(log, toNpm())]).toEqual(['ask', 'ask', 'allow', 'ask'])
  })
  it('a package that nobody said yes to is asked about, and one whose name a rule looks at', () => {
    expect(verdictOf(started([writesAsk], exec('npm publish'), publishes), toNpm())).toBe('ask')
    expect(verdictOf(started([...asks, { name: 'own', type: 'package', match: { name: '@acme/*' }, action: 'ask' }], exec('npm publish'), publishes), toNpm())).toBe('ask')
  })
  it('an image goes where its name says', () => {
    const docker = (name: string) => started(asks, exec('docker push x'), { kind: 'package.publish', manager: 'docker', name, outbound: true })
    const sent = wire('PUT', 'https://ghcr.io/v2/acme/app/manifests/latest')
    expect([verdictOf(docker('ghcr.io/acme/app'), sent), verdictOf(docker('ghcr.io/acme/app:latest'), sent), verdictOf(docker('ghcr.io/acme/other'), sent)]).toEqual(['allow', 'allow', 'ask'])
  })
  it('a request is the same by method, address and path', () => {
    const log = () => started([writesAsk], exec('curl x'), request('POST', 'https://example.org/hook?x=1'))
    for (const sent of [wire('PUT', 'https://example.org/hook'), wire('POST', 'https://example.org/other'), wire('POST', 'http://example.org/hook'), wire('POST', 'https://example.org:8443/hook'), wire('POST', 'https://example.net/hook')]) expect([sent.id, verdictOf(log(), sent)]).toEqual([sent.id, 'ask'])
    const one = log()
    expect([verdictOf(one, wire('POST', 'https://example.org/hook')), verdictOf(one, wire('POST', 'https://example.org/hook'))]).toEqual(['allow', 'ask'])
  })
  it('a forge’s program names the service: one request of that method, after a yes', () => {
    const line = readLine({ line: 'gh issue create' }).actions
    const graphql = wire('POST', 'https://api.github.com/graphql')
    const log = started([writesAsk], ...line)
    expect([verdictOf(log, wire('DELETE', 'https://api.github.com/repos/acme/app')), verdictOf(log, graphql), verdictOf(log, graphql)]).toEqual(['ask', 'allow', 'ask'])
    expect(verdictOf(started([{ name: 'graphql', type: 'network', match: { path: '/graphql' }, action: 'ask' }], ...line), graphql)).toBe('ask')
    expect(verdictOf(started([writesAsk], exec('curl -X POST https://api.github.com'), request('POST', 'https://api.github.com/')), graphql)).toBe('ask')
  })
})

describe('what is done counts once', () => {
  const sent = (policy: Omit<Policy, 'name'>) => {
    const log = treeLog({ server: [{ ...policy, name: 'p' }] })
    log.call([exec('git push'), push()])
    return { log, verdict: log.send(main).verdict }
  }
  it('by rate: of what ran, and of what was asked for', () => {
    for (const count of ['executed', 'attempts'] as const) {
      const { log, verdict } = sent({ type: 'rate', of: 'git.push', op: 'gt', value: count === 'executed' ? 1 : 2, per: 'session', count, action: 'deny' })
      expect([count, verdict]).toEqual([count, 'allow'])
      expect(log.ask([push()]).rules).toMatchObject([{ rule: 'server/p', verdict: 'deny', value: 2 }].slice(count === 'executed' ? 0 : 1))
    }
  })
  it('by loop and after: its own call is no past of a request', () => {
    expect(sent({ type: 'git', match: { verb: 'push' }, after: { 'git.push': {} }, action: 'deny' }).verdict).toBe('allow')
    expect(sent({ type: 'network', after: { 'git.push': {} }, action: 'deny' }).verdict).toBe('allow')
    expect(sent({ type: 'loop', of: 'git.push', value: 2, within: '5 calls', action: 'deny' }).verdict).toBe('allow')
    const { log } = sent({ type: 'git', match: { verb: 'push' }, after: { 'git.push': {} }, action: 'ask' })
    expect(log.ask([push()]).verdict).toBe('ask')
  })
  it('and another call before it is', () => {
    const log = treeLog({ server: [{ name: 'p', type: 'network', after: { 'package.install': {} }, action: 'deny' }] })
    log.call([exec('git push'), push()])
    log.call([install('a')])
    expect(log.send(main).verdict).toBe('deny')
  })
  it('requests are no calls: they neither end a loop nor make what was go by', () => {
    const log = treeLog({ server: [{ name: 'loop', type: 'loop', of: 'exec', value: 3, within: '3 calls', action: 'deny' }] })
    for (let count = 0; count < 2; count += 1) {
      log.call([exec('npm test')])
      for (let index = 0; index < 5; index += 1) log.send(wire('GET', `https://example.org/${index}`))
    }
    expect(log.ask([exec('npm test')]).verdict).toBe('deny')
    const near = treeLog({ server: [{ name: 'after', type: 'git', match: { verb: 'push' }, after: { 'package.install': {} }, within: '2 calls', action: 'deny' }] })
    near.call([install('a')])
    for (let index = 0; index < 5; index += 1) near.send(wire('GET', `https://example.org/${index}`))
    expect(near.ask([push()]).verdict).toBe('deny')
  })
  it('requests on their own count as requests', () => {
    const log = treeLog({ server: [{ name: 'p', type: 'rate', of: 'net.request', op: 'gt', value: 2, per: 'session', action: 'deny' }] })
    expect([1, 2, 3].map(() => log.send(wire('GET', 'https://example.org/')).verdict)).toEqual(['allow', 'allow', 'deny'])
  })
})

/** What happens in a session that pushes: calls at the tool gate, and requests at the gateway. */
const ref = fc.constantFrom('main', 'dev', 'v1')
const rarely = fc.constantFrom(false, false, false, true)
const anyCall = fc.array(fc.oneof(fc.record({ ref, delete: rarely, tag: rarely }).map((more) => push(more)), fc.record({ tag: rarely, delete: rarely }).map((more): Action => ({ kind: 'git.push', repo: 'example.org/acme/app', force: false, outbound: true, ...more })), fc.constant(exec('npm test'))), { minLength: 1, maxLength: 3 })
const anyStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('call' as const), actions: anyCall, approve: rarely.map((no) => !no) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), refs: fc.uniqueArray(fc.constantFrom('refs/heads/main', 'refs/heads/dev', 'refs/tags/v1', ':refs/heads/main', 'refs/tags/main'), { minLength: 1, maxLength: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 300_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('void' as const) }) },
)

it('finds, whatever the log, the permit that the whole log says is open', () => {
  let covered = 0
  const runs = countOf(200, 2_000)
  fc.assert(fc.property(fc.array(anyStep, { minLength: 5, maxLength: 25 }), fc.boolean(), (steps, asks) => {
    const log = treeLog({ server: asks ? both : [writesAsk] })
    for (const step of steps) {
      if (step.do === 'call') log.call(step.actions, step)
      if (step.do === 'pass') log.pass(step.ms)
      if (step.do === 'void') log.emit('grant.revoked', { grant: 'g' })
      if (step.do !== 'send') continue
      const { asked } = log.fold.requested(wirePush(step.refs), { now: log.now, planes: { wire: true, kernel: true, restore: true } })
      const pushes = asked.actions.flatMap((action) => (action.kind === 'git.push' ? [action] : []))
      const expected = naivePushPermit(naivePermits(log.events, 'root', log.now), pushes)
      const { permit } = log.send(wirePush(step.refs))
      expect(permit).toEqual(expected)
      covered += permit === undefined ? 0 : 1
    }
    const list = compilePolicies('server', asks ? both : [writesAsk])
    const again = startPolicyFold(list)
    const half = Math.floor(log.events.length / 2)
    for (const event of log.events.slice(0, half)) again.advance(event)
    const resumed = startPolicyFold(list, [], JSON.parse(JSON.stringify(again.save())))
    for (const event of log.events.slice(half)) resumed.advance(event)
    expect(resumed.save()).toMatchObject({ chronicle: (log.fold.save() as { chronicle: object }).chronicle })
  }), { numRuns: runs, seed: 20_261_126 })
  expect(covered).toBeGreaterThan(runs / 4)
})
