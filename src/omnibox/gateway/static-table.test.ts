import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchHost } from '../../spec/net/match-host.ts'
import { matchPath } from './match-glob.ts'
import { compileTable } from './static-table.ts'
import { type TableRule } from '../../spec/net/static-table.ts'

const rule = (name: string, host: string, action: TableRule['action'], more: Partial<TableRule> = {}): TableRule => ({ rule: name, host, action, ...more })
const decides = (rules: readonly TableRule[], host: string, path = '/', method = 'GET', port = 443): string => compileTable({ revision: 1, rules, otherwise: 'authorize' }).decide({ host, path, method, port }).rule

describe('the most specific row decides, wherever it stands', () => {
  const rules = [
    rule('all', '*', 'allow'), rule('below', '*.example.org', 'deny'), rule('deeper', '*.a.example.org', 'allow'), rule('host', 'x.example.org', 'allow'),
    rule('folder', 'x.example.org', 'deny', { path: '/private/**' }), rule('file', 'x.example.org', 'allow', { path: '/private/open' }), rule('posts', 'x.example.org', 'authorize', { method: ['POST'] }), rule('port', 'x.example.org', 'deny', { port: 8443 }),
  ]
  it.each([
    ['other.test', '/', 'all'], ['y.example.org', '/', 'below'], ['y.a.example.org', '/', 'deeper'], ['example.org', '/', 'all'], ['x.example.org', '/', 'host'],
    ['x.example.org', '/private/a/b', 'folder'], ['x.example.org', '/private', 'folder'], ['x.example.org', '/private/open', 'file'], ['x.example.org', '/privateer', 'host'],
  ])('%s%s: %s', (host, path, expected) => {
    expect(decides(rules, host, path)).toBe(expected)
    expect(decides(rules.toReversed(), host, path)).toBe(expected)
  })

  it('by method and port as well', () => {
    expect(decides(rules, 'x.example.org', '/', 'POST')).toBe('posts')
    expect(decides(rules, 'x.example.org', '/', 'GET', 8_443)).toBe('port')
  })

  it('and of two alike the one that denies', () => {
    const [yes, no] = [rule('yes', 'a.test', 'allow'), rule('no', 'a.test', 'deny')]
    expect(decides([yes, no], 'a.test')).toBe('no')
    expect(decides([no, yes], 'a.test')).toBe('no')
  })
})

it('knows which names and ports can be reached at all', () => {
  const table = compileTable({ revision: 1, otherwise: 'deny', rules: [rule('a', 'a.test', 'deny'), rule('b', '*.test', 'allow', { method: ['GET'] }), rule('c', 'c.test', 'deny', { path: '/x' }), rule('d', 'd.org', 'authorize', { port: 8_443 }), rule('e', 'e.org', 'deny', { port: 9_000 })] })
  expect(['a.test', 'b.test', 'c.test', 'd.org', 'e.org', 'test'].map((host) => table.mayReach(host))).toEqual([false, true, true, true, false, false])
  expect([table.opens('d.org', 8_443), table.opens('d.org', 22), table.opens('e.org', 9_000)]).toEqual([true, false, false])
})

describe('patterns', () => {
  it('of hosts', () => {
    expect([matchHost('*.a.test', 'b.a.test'), matchHost('*.a.test', 'a.test'), matchHost('*.a.test', 'ba.test'), matchHost('*.a.test', '.a.test')]).toEqual([true, false, false, false])
  })

  it('of paths, as a regular expression would read them', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '.')
    fc.assert(fc.property(fc.array(piece, { maxLength: 7 }), fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 9 }), (pattern, path) => {
      const [glob, text] = [`/${pattern.join('')}`, `/${path.join('')}`]
      const expression = (of: string) => new RegExp(`^${(of.match(/\*\*|\*|[^*]+/g) ?? []).map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replaceAll('.', '\\.'))).join('')}$`)
      const expected = expression(glob).test(text) || (glob.endsWith('/**') && expression(glob.slice(0, -3)).test(text))
      expect(matchPath(glob, text)).toBe(expected)
    }), { numRuns: 5_000 })
  })

  it('take no longer for a hostile path', () => {
    const before = performance.now()
    matchPath(`/${'**a'.repeat(30)}b`, `/${'a'.repeat(8_000)}`)
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
