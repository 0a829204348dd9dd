import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchHost } from '../../spec/net/match-host.ts'
import { narrowHosts } from './narrow-hosts.ts'

it.each([
  [['github.com', 'api.github.com'], undefined, ['github.com', 'api.github.com'], []],
  [['github.com', 'api.github.com'], ['API.github.com'], ['api.github.com'], []],
  [['*.example.org'], ['a.example.org', '*.b.example.org', '*.example.org'], ['a.example.org', '*.b.example.org', '*.example.org'], []],
  [['*.example.org'], ['example.org', 'aexample.org', '*.org', '*', 'example.org.evil.test'], [], ['example.org', 'aexample.org', '*.org', '*', 'example.org.evil.test']],
  [['a.example.org'], ['*.example.org'], [], ['*.example.org']],
  [['github.com'], ['github.com:443', 'github.com', 'github.com'], ['github.com'], ['github.com:443']],
])('of %j, narrowed to %j, leaves %j and refuses %j', (hosts, narrowed, left, outside) => {
  expect(narrowHosts(hosts, narrowed)).toEqual({ hosts: left, outside })
})

it('never leaves a host that the secret would not go to', () => {
  const host = fc.array(fc.constantFrom('a', 'b', 'example'), { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
  const pattern = fc.oneof(host, host.map((name) => `*.${name}`))
  fc.assert(fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), fc.array(fc.oneof(pattern, fc.constant('*')), { maxLength: 3 }), host, (hosts, narrowed, asked) => {
    const goesTo = (patterns: readonly string[]) => patterns.some((each) => matchHost(each, asked))
    if (goesTo(narrowHosts(hosts, narrowed).hosts)) expect(goesTo(hosts)).toBe(true)
  }), { numRuns: 2_000 })
})
