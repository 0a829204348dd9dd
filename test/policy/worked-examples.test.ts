import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadPolicies } from '../../src/spec/policy/load-policies.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { exec, install, opaque, push, read, remove, request, treeLog, write } from './tree-log.ts'

const textOf = (number: number) => readFileSync(join('test/fixtures/policies', `example-${String(number).padStart(2, '0')}.yaml`), 'utf8')
/** The policies of an example; with names, only those. */
function example(number: number, ...names: string[]): readonly Policy[] {
  const source = names.length === 0 ? textOf(number) : textOf(number).split(/^(?=- )/m).filter((part) => names.some((name) => part.includes(`name: ${name}`))).join('')
  const loaded = loadPolicies('example.yaml', source, 'server')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.policies
}
const served = (server: string, tool: string) => ({ kind: 'mcp.call', server, tool, outbound: 'unknown' }) as const
const model = (name: string, harness: string) => ({ kind: 'model.call', model: name, harness, outbound: true }) as const

describe('the worked examples', () => {
  it('1: warns once when $50 are spent', () => {
    const log = treeLog({ server: example(1) })
    log.spend(49.99)
    expect(log.call([exec('ls')])).toMatchObject({ verdict: 'allow', rules: [] })
    log.spend(0.01)
    expect(log.call([exec('ls')])).toMatchObject({ verdict: 'warn', rules: [{ rule: 'server/budget-warn', verdict: 'warn', value: 50e6 }] })
    expect(log.call([exec('ls')])).toMatchObject({ verdict: 'allow', rules: [] })
  })

  it('2: pauses at every $100, once for several, and a refusal changes nothing', () => {
    const log = treeLog({ server: example(2) })
    log.spend(99)
    expect(log.call([exec('ls')]).verdict).toBe('allow')
    log.spend(2)
    const first = log.call([exec('ls')], { approve: false })
    expect(first).toMatchObject({ verdict: 'ask', ran: false, rules: [{ message: '$101.00 spent so far. Continue to $200.00?' }] })
    expect(log.call([exec('ls')]).ran).toBe(true)
    expect(log.call([exec('ls')]).verdict).toBe('allow')
    log.spend(250)
    expect(log.call([exec('ls')]).rules[0]?.message).toBe('$351.00 spent so far. Continue to $400.00?')
    expect(log.call([exec('ls')]).verdict).toBe('allow')
    log.spend(49)
    expect(log.call([exec('ls')]).verdict).toBe('ask')
  })

  it('3: stops at $200 for the whole tree, reservations counted, and refuses models without a price', () => {
    const log = treeLog({ server: example(3) })
    log.open('child', 'root')
    log.spend(100)
    log.spend(99, { lane: 'child' })
    const call = (usd: number | undefined, lane = 'child') => log.ask([{ ...model('m', 'h'), estTokens: { input: 1, output: 1 }, ...(usd === undefined ? {} : { estCost: usd * 1e6 }) }], lane)
    expect(call(1)).toMatchObject({ verdict: 'allow', wait: false })
    log.emit('money.reserved', { reservation: 'r1', model: 'm', microUsd: 1e6 }, 'child')
    expect(call(0.5)).toMatchObject({ verdict: 'allow', wait: true })
    expect(call(undefined).verdict).toBe('deny')
    log.spend(1, { lane: 'child', reservation: 'r1' })
    expect(call(0)).toMatchObject({ verdict: 'deny', wait: false })
    expect(log.call([exec('ls')]).verdict).toBe('deny')
  })

  it('4: asks about a push after an install, until a person has allowed one', () => {
    const log = treeLog({ server: example(4) })
    expect(log.call([exec('git push'), push()]).verdict).toBe('allow')
    log.call([exec('npm install'), install()])
    expect(log.call([exec('git push'), push()], { approve: false })).toMatchObject({ verdict: 'ask', rules: [{ rule: 'server/push-after-install', because: [9] }] })
    expect(log.call([opaque('$X')], { approve: false })).toMatchObject({ verdict: 'ask', rules: [{ unknown: true }] })
    expect(log.call([exec('git push'), push()]).ran).toBe(true)
    expect(log.call([exec('git push'), push()]).verdict).toBe('allow')
    log.call([exec('yarn add x'), { ...install('x'), manager: 'yarn' } as never])
    expect(log.call([exec('git push'), push()]).verdict).toBe('ask')
  })

  it('4: counts an install earlier in the same line', () => {
    expect(treeLog({ server: example(4) }).ask([exec('npm i left-pad'), install('left-pad'), exec('git push'), push()]).verdict).toBe('ask')
  })

  it('5: lets files that the agent made be written, and asks about any other', () => {
    const log = treeLog({ server: example(5, 'own-files-free') })
    expect(log.ask([write('src/old.ts')]).verdict).toBe('ask')
    expect(log.call([write('src/new.ts', { creates: true })], { files: [{ path: '/home/ann/app/src/new.ts', kind: 'created' }] }).verdict).toBe('allow')
    expect(log.ask([write('/home/ann/app/src/new.ts')]).verdict).toBe('allow')
    expect(log.ask([remove('src/../src/new.ts')]).verdict).toBe('allow')
    log.call([exec('make')], { files: [{ path: '/home/ann/app/out/a', kind: 'created' }] })
    expect(log.ask([remove('out/a')]).verdict).toBe('allow')
    expect(log.ask([remove('src/old.ts')]).verdict).toBe('ask')
    expect(log.ask([read('src/old.ts')]).verdict).toBe('allow')
  })

  it('5b: gates what leaves the machine', () => {
    const log = treeLog({ server: example(5, 'outbound-gate') })
    expect(log.ask([request('GET', 'https://registry.example.org/x')]).verdict).toBe('allow')
    expect(log.ask([request('PUT', 'https://registry.example.org/x')]).verdict).toBe('ask')
    expect(log.ask([push()]).verdict).toBe('ask')
    expect(log.ask([model('m', 'h')]).verdict).toBe('allow')
    expect(log.ask([write('a')]).verdict).toBe('allow')
    expect(log.ask([exec('some-tool')]).rules).toMatchObject([{ verdict: 'ask', unknown: true }])
    expect(treeLog({ server: example(5, 'outbound-gate') }, { wire: true, kernel: true, restore: true }).ask([exec('some-tool')]).verdict).toBe('allow')
  })

  it('6: limits rates', () => {
    const log = treeLog({ server: example(6) })
    for (let index = 0; index < 30; index++) expect(log.call([exec(`echo ${index}`)]).verdict).toBe('allow')
    expect(log.ask([exec('echo')])).toMatchObject({ verdict: 'ask', rules: [{ rule: 'server/burst', value: 31 }] })
    log.pass(60_001)
    expect(log.ask([exec('echo')]).verdict).toBe('allow')
    for (let index = 0; index < 5; index++) expect(log.call([{ kind: 'spawn', agent: 'a', outbound: false }]).verdict).toBe('allow')
    expect(log.ask([{ kind: 'spawn', agent: 'a', outbound: false }]).verdict).toBe('deny')
  })

  it('7: keeps secrets from going out, and says that redaction is not there yet', () => {
    const log = treeLog({ server: example(7, 'no-secrets-out') })
    expect(log.ask([request('POST', 'https://example.org/')], 'root', { secrets: [] }).verdict).toBe('allow')
    expect(log.ask([request('POST', 'https://example.org/')], 'root', { secrets: ['github_token'] }).verdict).toBe('deny')
    expect(log.ask([push()]).rules).toMatchObject([{ verdict: 'ask', unknown: true }])
    expect(loadPolicies('x', textOf(7), 'server')).toMatchObject({ ok: false, problems: ['result', 'reply', 'redact'].map((word) => ({ code: 'unavailable', message: `"${word}" is not available yet` })) })
  })

  it('8: keeps protected paths', () => {
    const log = treeLog({ server: example(8) })
    for (const path of ['.git/hooks/pre-commit', '/home/ann/app/.git/config', 'a/b/.env.local', '~/.bashrc', '/home/ann/.ssh/id', '.github/workflows/ci.yml', 'x/../.git/config']) {
      expect([path, log.ask([write(path.replace('~', '/home/ann'))]).verdict]).toEqual([path, 'deny'])
    }
    for (const path of ['.gitignore', 'env.ts', '.github/CODEOWNERS', '/home/ann/notes.md']) expect([path, log.ask([write(path)]).verdict]).toEqual([path, 'allow'])
  })

  it('9: denies the network by default, lets named reads go, asks about named writes', () => {
    const log = treeLog({ server: example(9) })
    expect(log.ask([request('GET', 'https://example.org/')])).toMatchObject({ verdict: 'deny', rules: [{ rule: 'server/net-default' }] })
    expect(log.ask([request('GET', 'https://api.github.com/repos/acme/app')]).verdict).toBe('allow')
    expect(log.ask([request('POST', 'https://api.github.com/repos/acme/app/issues')])).toMatchObject({ verdict: 'ask', rules: [{ rule: 'server/gh-write-asks' }] })
    expect(log.ask([request('POST', 'https://api.github.com/repos/other/app')]).verdict).toBe('deny')
  })

  it('10: allows and denies tools', () => {
    const log = treeLog({ server: example(10) })
    expect(log.ask([served('github', 'get_issue')]).verdict).toBe('allow')
    expect(log.ask([served('github', 'delete_repo')]).verdict).toBe('deny')
    expect(log.ask([served('other', 'get_issue')]).verdict).toBe('deny')
    expect(log.ask([push()]).verdict).toBe('allow')
    expect(log.ask([push({ force: true })]).verdict).toBe('deny')
    expect(log.ask([push({ delete: true })]).verdict).toBe('deny')
    const { force: _unknown, ...unsure } = push() as Extract<ReturnType<typeof push>, { kind: 'git.push' }>
    expect(log.ask([unsure]).rules).toMatchObject([{ verdict: 'ask', unknown: true }])
  })

  it('11: keeps to office hours, in their own time zone', () => {
    const log = treeLog({ server: example(11) })
    const at = (iso: string) => {
      log.at(Date.parse(iso))
      return log.ask([exec('kubectl apply -f x.yaml')]).verdict
    }
    expect(at('2026-11-23T08:00:00Z')).toBe('allow') // Monday, 09:00 in Berlin
    expect(at('2026-11-23T07:59:00Z')).toBe('deny')
    expect(at('2026-11-23T15:00:00Z')).toBe('deny')
    expect(at('2026-11-27T10:00:00Z')).toBe('deny') // Friday
    expect(log.ask([exec('kubectl get pods')]).verdict).toBe('allow')
  })

  it('12: bounds each child, and all of them together', () => {
    const log = treeLog({ server: example(12) })
    for (const child of ['a', 'b']) log.open(child, 'root')
    log.spend(500)
    log.spend(5, { lane: 'a' })
    expect(log.ask([exec('ls')], 'root').verdict).toBe('allow')
    expect(log.ask([exec('ls')], 'a')).toMatchObject({ verdict: 'deny', rules: [{ rule: 'server/child-cap' }] })
    expect(log.ask([exec('ls')], 'b').verdict).toBe('allow')
    log.spend(4.9, { lane: 'b' })
    expect(log.ask([exec('ls')], 'b').verdict).toBe('allow')
    for (const child of ['c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      log.open(child, 'root')
      log.spend(4.5, { lane: child })
    }
    expect(log.ask([exec('ls')], 'b')).toMatchObject({ verdict: 'ask', rules: [{ rule: 'server/children-cap' }] })
  })

  it('13: allows models by harness, and another level only narrows it', () => {
    const log = treeLog({ server: example(13, 'models', 'm-claude', 'm-codex') })
    // The harness of these is the session's: `scripted` has none on the list.
    expect(log.ask([model('sonnet-5', 'x')]).verdict).toBe('deny')
  })

  it('14: stops loops of the very same call', () => {
    const policies = loadPolicies('x', textOf(14).split('\n')[1]?.replace('normal', 'exact') ?? '', 'server')
    const log = treeLog({ server: policies.ok ? policies.policies : [] })
    for (let index = 0; index < 3; index++) expect(log.call([exec('npm test')]).verdict).toBe('allow')
    expect(log.ask([exec('npm run lint')]).verdict).toBe('allow')
    expect(log.ask([exec('npm test')])).toMatchObject({ verdict: 'ask', rules: [{ value: 4 }] })
    for (let index = 0; index < 11; index++) log.call([exec(`echo ${index}`)])
    expect(log.ask([exec('npm test')]).verdict).toBe('allow')
  })

  it('16: wants the tests to have passed after the last change', () => {
    const log = treeLog({ server: example(16) })
    const commit = () => log.ask([exec('git commit'), { kind: 'git.commit', outbound: false }])
    expect(commit()).toMatchObject({ verdict: 'deny', rules: [{ message: 'Run the tests after your last change, then commit.' }] })
    log.call([exec('npm test')], { exitCode: 1 })
    expect(commit().verdict).toBe('deny')
    log.call([exec('npm test --silent')])
    expect(commit().verdict).toBe('allow')
    log.call([exec('sed')], { files: [{ path: '/home/ann/app/src/a.ts', kind: 'modified' }] })
    expect(commit().verdict).toBe('deny')
    log.call([exec('cd app'), exec('npm test')])
    expect(commit().verdict).toBe('allow')
    log.call([write('src/b.ts')])
    log.call([exec('npm test'), exec('true')])
    expect(commit().verdict).toBe('deny')
    expect(log.ask([exec('npm test'), exec('git commit'), { kind: 'git.commit', outbound: false }]).verdict).toBe('deny')
  })

  it('20: is a floor that only the server can set', () => {
    const log = treeLog({ server: example(20), agent: loadAgent('- {name: ssh, type: file, match: {path: "~/.ssh/**"}, action: allow}') })
    expect(log.ask([read('/home/ann/.ssh/id_ed25519')]).verdict).toBe('deny')
    expect(loadPolicies('x', textOf(20), 'agent')).toMatchObject({ ok: false })
  })

  it.each([15, 17, 18, 19])('%i is of the later stage, and says so by name', (number) => {
    const loaded = loadPolicies('x', textOf(number), 'server')
    expect(loaded.ok).toBe(false)
    expect(loaded.ok ? [] : loaded.problems.map(({ code, message }) => [code, message])).toContainEqual(['unavailable', expect.stringMatching(/^"(?:label|quorum|judge|function|labels)" is not available yet$/)])
  })
})

function loadAgent(text: string): readonly Policy[] {
  const loaded = loadPolicies('agent.yaml', text, 'agent')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.policies
}
