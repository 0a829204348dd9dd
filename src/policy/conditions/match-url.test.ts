import { expect, it } from 'vitest'
import { readUrlPattern, urlTest } from './match-url.ts'

it.each([
  ['https://api.acme.org/repos/acme/**', 'https://api.acme.org/repos/acme/app/issues', true], ['https://api.acme.org/repos/acme/**', 'https://api.acme.org/repos/acme', false], ['https://api.acme.org/repos/acme/**', 'http://api.acme.org/repos/acme/app', false], ['https://api.acme.org/repos/acme/**', 'https://api.acme.org:8443/repos/acme/app', false],
  ['https://*.acme.org/**', 'https://a.b.acme.org/x', true], ['https://*.acme.org/**', 'https://evil.example/x.acme.org/', false], ['https://*.acme.org/**', 'https://acme.org/', false], ['*://acme.org/*', 'http://acme.org/a/b', true],
  ['https://acme.org', 'https://acme.org/', true], ['https://acme.org', 'https://acme.org/x', false], ['https://acme.org:443/**', 'https://acme.org/x', true], ['http://acme.org:443/**', 'http://acme.org:443/x', true], ['https://acme.org:8443/**', 'https://acme.org:8443/x', true],
  ['wss://acme.org/live', 'https://acme.org/live', true], ['ws://acme.org/live', 'http://acme.org/live', true], ['HTTPS://Acme.org/X', 'https://acme.org/X', true], ['https://acme.org/X', 'https://acme.org/x', false],
  ['https://{a,b}.org/{x,y}/*', 'https://b.org/x/1', true], ['https://{a,b}.org/{x,y}/*', 'https://c.org/x/1', false], ['*acme*', 'https://x.org/acme/y', true], ['https://[::1]/*', 'https://[::1]/a', true],
])('%s and %s: %s', (pattern, url, fits) => {
  expect(urlTest(pattern)(url)).toBe(fits)
})

it('is cut where addresses are cut, and only when it is one', () => {
  expect(readUrlPattern('wss://A.org:443')).toEqual({ scheme: 'https', authority: 'a.org', path: '/' })
  expect([readUrlPattern('a.org/x'), readUrlPattern('://x'), readUrlPattern('*')]).toEqual([undefined, undefined, undefined])
})
