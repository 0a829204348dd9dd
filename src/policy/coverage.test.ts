import { describe, expect, it } from 'vitest'
import { loadPolicies } from '../spec/policy/load-policies.ts'
import { compilePolicies } from './compile-policies.ts'
import { opaque, treeLog } from '../../test/policy/tree-log.ts'
import { coverageOf, coverageText, type EnforcementPlace, planesHere, planesOf, refuseUnkept } from './coverage.ts'
import { noPlanes } from './facts.ts'

const everyCall: EnforcementPlace = { gate: 'every-call', planes: planesHere }
const walls: EnforcementPlace = { gate: 'every-call', planes: { wire: true, kernel: true, restore: true } }

function ruleOf(yaml: string) {
  const loaded = loadPolicies('x', yaml, 'server')
  const [rule] = loaded.ok ? compilePolicies('server', loaded.policies).rules : []
  if (rule === undefined) throw new Error(JSON.stringify(loaded))
  return rule
}
const text = (yaml: string, place: EnforcementPlace) => coverageText(coverageOf(ruleOf(yaml), place))

describe('what keeps a rule', () => {
  it.each([
    ['{name: a, type: exec, action: ask}', 'tool gate', 'tool gate'],
    ['{name: a, type: git, match: {verb: push}, action: ask}', 'tool gate, egress gateway (not here)', 'tool gate, egress gateway'],
    ['{name: a, type: git, match: {verb: commit}, action: ask}', 'tool gate', 'tool gate'],
    ['{name: a, type: file, match: {verb: read}, action: deny}', 'tool gate (in part), kernel (not here)', 'tool gate (in part), kernel (in part)'],
    ['{name: a, type: file, match: {verb: read, path: ["~/.ssh/**", "/etc/shadow"]}, action: deny}', 'tool gate (in part), kernel (not here)', 'tool gate (in part), kernel'],
    ['{name: a, type: file, match: {verb: write}, action: deny}', 'tool gate (in part), kernel (not here), change feed (in part)', 'tool gate (in part), kernel, change feed (in part)'],
    ['{name: a, type: file, match: {verb: write, path: "src/**"}, action: deny}', 'tool gate (in part), kernel (not here), change feed', 'tool gate (in part), kernel, change feed'],
    ['{name: a, type: file, match: {verb: write, path: ["src/**", "~/.x"]}, action: deny}', 'tool gate (in part), kernel (not here), change feed (in part)', 'tool gate (in part), kernel, change feed (in part)'],
    ['{name: a, type: network, action: deny}', 'tool gate (in part), egress gateway (not here)', 'tool gate (in part), egress gateway'],
    ['{name: a, type: model, action: deny}', 'model gateway (not here)', 'model gateway'],
    ['{name: a, type: rate, of: exec, value: 3, per: 1m, action: ask}', 'tool gate', 'tool gate'],
    ['{name: a, type: tool, match: {server: x}, action: deny}', 'tool gate', 'tool gate'],
  ])('%s', (yaml, here, withWalls) => {
    expect([text(yaml, everyCall), text(yaml, walls)]).toEqual([here, withWalls])
  })

  it('is less where the program does not ask about every call', () => {
    const push = '{name: a, type: git, match: {verb: push}, action: ask}'
    expect(text('{name: a, type: exec, action: ask}', { ...everyCall, gate: 'changes' })).toBe('tool gate (in part)')
    expect(text(push, { ...everyCall, gate: 'changes' })).toBe('tool gate, egress gateway (not here)')
    expect(coverageOf(ruleOf(push), { ...everyCall, gate: 'none' })).toEqual({ planes: [{ plane: 'tool gate', state: 'absent' }, { plane: 'egress gateway', state: 'absent' }], open: ['git.push'] })
  })

  it('of a budget needs the place that model calls pass', () => {
    const cap = ruleOf('{name: a, type: cost, value: 5, action: deny}')
    expect(coverageOf(cap, everyCall).open).toContain('model.call')
    expect(coverageOf(cap, walls).open).toEqual([])
  })
})

describe('the planes of a session', () => {
  it('are those of its box, and of its folder as far as it is looked at', () => {
    expect([planesOf(true), planesOf(false), planesOf(true, 'off')]).toEqual([planesHere, noPlanes, planesHere])
    expect([planesOf(true, 'walled'), planesOf(false, 'walled')]).toEqual([{ wire: true, kernel: true, restore: true }, { wire: true, kernel: true, restore: false }])
  })
  it('behind a gateway keep what goes out, and leave to it what a command may send', () => {
    const boxed: EnforcementPlace = { gate: 'none', planes: planesOf(true, 'walled') }
    const out = '{name: a, type: network, match: {host: evil.example}, action: ask, enforce: required}'
    expect([text(out, boxed), coverageOf(ruleOf(out), boxed).open]).toEqual(['tool gate (not here), egress gateway', []])
    refuseUnkept([ruleOf(out)], boxed, 'Pi')
    expect(() => refuseUnkept([ruleOf(out)], { ...boxed, planes: planesOf(true) }, 'Pi')).toThrow('egress gateway (not here)')
    expect(coverageOf(ruleOf('{name: a, type: git, match: {verb: push}, action: ask}'), boxed).open).toEqual([])
    expect(coverageOf(ruleOf('{name: a, type: exec, action: ask}'), boxed).open).toEqual(['exec'])
    const asked = (box: 'off' | 'walled') => treeLog({ server: [ruleOf(out).policy, ruleOf('{name: b, type: git, match: {verb: push}, action: ask}').policy] }, planesOf(true, box)).ask([opaque('$X')]).rules.map(({ rule }) => rule)
    expect([asked('off'), asked('walled')]).toEqual([['server/b', 'server/a'], []])
  })
})

describe('a rule that must be enforced', () => {
  const required = (yaml: string) => [ruleOf(yaml.replace('}', ', enforce: required}'))]
  it('is refused with the reason and what to do where nothing can keep it', () => {
    expect(() => refuseUnkept(required('{name: secrets, type: file, action: deny}'), everyCall, 'Pi')).toThrow(expect.objectContaining({
      code: 'unavailable', message: 'Policies that must be enforced can not be, with Pi: server/secrets: nothing here can hold back every file.read, file.write or file.delete (tool gate (in part), kernel (not here), change feed (in part)). Choose a harness or a sandbox that can, or give the policy "enforce: best".',
    }))
  })
  it('is taken where something keeps it, and one that need not be always', () => {
    refuseUnkept(required('{name: a, type: exec, action: deny}'), everyCall, 'Pi')
    const inside = [ruleOf('{name: a, type: file, match: {verb: [write, delete], path: "src/**"}, action: deny, enforce: required}')]
    refuseUnkept(inside, everyCall, 'Pi')
    expect(() => refuseUnkept(inside, { ...everyCall, planes: planesOf(false) }, 'Pi')).toThrow('kernel (not here), change feed (not here)')
    refuseUnkept([ruleOf('{name: a, type: file, match: {verb: [write, delete]}, action: deny, enforce: required}')], walls, 'Pi')
    // A box shows the work folder whole.
    expect(() => refuseUnkept(required('{name: a, type: file, action: deny}'), walls, 'Pi')).toThrow('every file.read (tool gate (in part), kernel (in part)')
    refuseUnkept([ruleOf('{name: a, type: file, action: deny}')], { ...everyCall, gate: 'none' }, 'Pi')
  })
})
