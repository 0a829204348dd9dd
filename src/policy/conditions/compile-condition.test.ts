import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/policy/facts-of.ts'
import { exec, install, opaque, push, read, request, write } from '../../../test/policy/tree-log.ts'
import type { Action } from '../../spec/actions.ts'
import type { Condition } from '../../spec/policy/condition.ts'
import type { Facts } from '../facts.ts'
import { compileCondition } from './compile-condition.ts'

const holds = (condition: unknown, action: Action, more: Partial<Facts> = {}, every = false) => compileCondition(condition as Condition, every)(factsOf(action, more))
const { force: _force, ...unsure } = push() as Extract<Action, { kind: 'git.push' }>

describe('a condition', () => {
  it.each<[string, unknown, Action, true | false | 'unknown']>([
    ['of nothing holds', {}, push(), true],
    ['holds where all its fields do', { verb: 'push', ref: 'main' }, push(), true],
    ['does not where one does not', { verb: 'push', ref: 'dev' }, push(), false],
    ['is unknown where a field is', { ref: 'main', force: true }, unsure, 'unknown'],
    ['is false where a field is, whatever is unknown', { force: true, ref: 'dev' }, unsure, false],
    ['needs all of `all`', { all: [{ ref: 'main' }, { tag: true }] }, push(), false],
    ['is unknown by one of `all`', { all: [{ ref: 'main' }, { force: true }] }, unsure, 'unknown'],
    ['needs one of `any`', { any: [{ ref: 'dev' }, { ref: 'main' }] }, push(), true],
    ['needs at least one of `any`', { any: [{ ref: 'dev' }, { ref: 'x' }] }, push(), false],
    ['is unknown where one of `any` may hold', { any: [{ ref: 'dev' }, { force: true }] }, unsure, 'unknown'],
    ['turns `not` around', { not: { ref: 'dev' } }, push(), true],
    ['turns `not` around both ways', { not: { ref: 'main' } }, push(), false],
    ['keeps `not` of the unknown unknown', { not: { force: true } }, unsure, 'unknown'],
    ['is false of a field that the kind has not', { host: 'x' }, push(), false],
  ])('%s', (_, condition, action, truth) => {
    expect(holds(condition, action)).toBe(truth)
  })

  it.each<[unknown, number, boolean]>([
    [{ bytes: { lt: 5 } }, 4, true], [{ bytes: { lt: 5 } }, 5, false], [{ bytes: { le: 5 } }, 5, true], [{ bytes: { le: 5 } }, 6, false],
    [{ bytes: { gt: 5 } }, 6, true], [{ bytes: { gt: 5 } }, 5, false], [{ bytes: { ge: 5 } }, 5, true], [{ bytes: { ge: 5 } }, 4, false], [{ bytes: { ge: 3, lt: 5 } }, 5, false], [{ bytes: 5 }, 5, true], [{ bytes: [4, 5] }, 5, true], [{ bytes: [4, 6] }, 5, false],
  ])('%j of %i: %s', (condition, bytes, truth) => {
    expect(holds(condition, write('a', { bytes }))).toBe(truth)
  })

  it.each<[unknown, boolean]>([
    [{ ref: { eq: 'main' } }, true], [{ ref: { eq: 'dev' } }, false], [{ ref: { ne: 'main' } }, false], [{ ref: { ne: 'dev' } }, true], [{ ref: { in: ['dev', 'ma*'] } }, true], [{ ref: { in: ['dev'] } }, false],
    [{ ref: { not: 'main' } }, false], [{ ref: { not: ['dev', 'main'] } }, false], [{ ref: { not: ['dev', 'x'] } }, true], [{ ref: { matches: '^ma' } }, true], [{ ref: { matches: '^x' } }, false], [{ ref: { in: ['main'], not: 'm*' } }, false], [{ ref: '{main,dev}' }, true],
    [{ force: false }, true], [{ force: true }, false],
  ])('%j of a push to main: %s', (condition, truth) => {
    expect(holds(condition, push())).toBe(truth)
  })
})

describe('lists of names', () => {
  it('fit with one of them; where all have to, with all', () => {
    const names = (...given: string[]) => [holds({ names: ['left', 'lodash'] }, install(...given)), holds({ names: ['left', 'lodash'] }, install(...given), {}, true)]
    expect([names('left', 'right'), names('left', 'lodash'), names('right'), names()]).toEqual([[true, false], [true, true], [false, false], [false, false]])
  })
  it('under `not` the other way around: what may not be there is there with one', () => {
    expect(holds({ not: { names: 'left' } }, install('left', 'right'), {}, true)).toBe(false)
    expect(holds({ names: { not: 'left' } }, install('left', 'right'))).toBe(true)
    expect(holds({ names: { not: 'left' } }, install('left', 'right'), {}, true)).toBe(false)
    expect(holds({ all: [{ names: 'left' }] }, install('left', 'right'), {}, true)).toBe(false)
    expect(holds({ any: [{ names: 'left' }] }, install('left', 'right'), {}, true)).toBe(false)
    expect(holds({ names: { matches: '^le' } }, install('right', 'left'))).toBe(true)
  })
})

describe('words of a command', () => {
  it('name a program with or without its folder', () => {
    expect([holds({ argv: 'npm test' }, exec('/usr/bin/npm test')), holds({ argv: '/usr/bin/npm test' }, exec('/usr/bin/npm test')), holds({ argv: '/usr/bin/npm test' }, exec('npm test')), holds({ argv: '  npm   test ' }, exec('npm test'))]).toEqual([true, true, false, true])
  })
  it('are unknown where they are only known at run time, but for what is known already', () => {
    const partly: Action = { kind: 'exec', command: 'npm $X', prefix: ['/bin/npm'], outbound: 'unknown' }
    expect([holds({ argv: 'npm test' }, partly), holds({ argv: 'yarn *' }, partly), holds({ argv: 'npm test' }, opaque('$X'))]).toEqual(['unknown', false, 'unknown'])
    expect([holds({ argv: { matches: 'npm' } }, partly), holds({ argv: { matches: '^npm test$' } }, exec('npm test'))]).toEqual(['unknown', true])
  })
})

describe('hosts', () => {
  const host = (pattern: string, name: string, more: Partial<Facts> = {}) => holds({ host: pattern }, { kind: 'net.request', host: name, outbound: true }, more)
  it('fit whatever their case and their last dot, and *. also the name itself', () => {
    expect([host('Example.org', 'example.ORG.'), host('*.example.org', 'example.org'), host('*.example.org', 'a.example.org'), host('{a,b}.org', 'b.org')]).toEqual([true, true, true, true])
    expect([host('*.example.org', 'badexample.org'), host('example.org', 'a.example.org'), host('x*example.org', 'example.org'), host('example.org', 'example.org.x')]).toEqual([false, false, false, false])
  })
  it('of a named set are those of the server, and unknown where there is no such set', () => {
    const hostSets = { trusted: ['*.example.org', 'b.net'] }
    expect([host('@trusted', 'x.example.org', { hostSets }), host('@trusted', 'b.net', { hostSets }), host('@trusted', 'c.net', { hostSets }), host('@other', 'b.net', { hostSets }), host('@constructor', 'b.net', { hostSets })]).toEqual([true, true, false, 'unknown', 'unknown'])
    expect(holds({ host: { not: '@trusted' } }, request('GET', 'https://c.net/'), { hostSets })).toBe(true)
  })
  it('may be on a list of which part is unknown', () => {
    expect([holds({ host: ['@other', 'b.net'] }, request('GET', 'https://b.net/')), holds({ host: ['b.net', '@other'] }, request('GET', 'https://c.net/'))]).toEqual([true, 'unknown'])
  })
})

it('knows a model by what its name says from any word on', () => {
  const model = (pattern: string, name: string) => holds({ model: pattern }, { kind: 'model.call', model: name, outbound: true })
  expect([model('sonnet*', 'acme-sonnet-5'), model('sonnet*', 'eu/acme-Sonnet-5'), model('SONNET-5', 'sonnet-5'), model('{haiku,sonnet}*', 'acme.sonnet'), model('acme*', 'acme-5')]).toEqual([true, true, true, true, true])
  expect([model('sonnet', 'acme-sonnet-5'), model('nnet*', 'acme-sonnet'), model('5', 'acme-5')]).toEqual([false, false, false])
})

it('looks for secrets in what is sent, and does not know where nobody looked', () => {
  const secret = { in: ['git.push', 'net.request'], kinds: ['github_token', 'aws_key'] }
  expect([holds(secret, push(), { secrets: ['aws_key'] }), holds(secret, push(), { secrets: ['private_key'] }), holds(secret, push(), { secrets: [] }), holds(secret, push()), holds(secret, read('a'), { secrets: ['aws_key'] })]).toEqual([true, false, false, 'unknown', false])
  expect([holds(secret, opaque('$X'), { possibly: 'git.push', secrets: [] }), holds(secret, opaque('$X'), { possibly: 'file.read', secrets: ['aws_key'] })]).toEqual(['unknown', false])
})

it('tests the moment by its window', () => {
  expect([holds({ window: { tz: 'UTC', from: '11:00', to: '13:00' } }, push()), holds({ window: { tz: 'UTC', from: '13:00', to: '14:00' } }, push())]).toEqual([true, false])
})

it('tests paths in a list beside others, from the workspace of who acts', () => {
  const condition = compileCondition({ path: ['src/**', '**/.env'] })
  expect([condition(factsOf(write('src/a'))), condition(factsOf(write('/srv/.env'))), condition(factsOf(write('lib/a'))), holds({ path: { matches: '\\.ts$' } }, write('a.ts')), holds({ path: { matches: '\\.ts$' } }, write('a.js'))]).toEqual([true, true, false, true, false])
})
