import { expect, it } from 'vitest'
import { writesOf } from './writes-of.ts'

it.each([['GET'], ['head'], ['OPTIONS']])('%s reads', (method) => {
  expect(writesOf({ method, host: 'x.org', path: '/' })).toBe(false)
})
it.each([['POST'], ['PUT'], ['PATCH'], ['DELETE'], ['BREW'], ['GETX'], ['XGET'], ['PROPFIND']])('%s writes', (method) => {
  expect(writesOf({ method, host: 'x.org' })).toBe(true)
})
it('is unknown without a method', () => {
  expect(writesOf({ host: 'x.org' })).toBeUndefined()
})
it.each([
  ['github.com', '/acme/app.git/git-upload-pack', false], ['github.com', '/acme/app.git/git-receive-pack', true], ['github.com', '/git-upload-pack/x', true], ['github.com', '/acme/app.git/info/lfs/objects/batch', true],
  ['registry.npmjs.org', '/-/npm/v1/security/advisories/bulk', false], ['npmjs.org', '/-/npm/v1/security/audits/quick', false], ['registry.yarnpkg.com', '/-/npm/v1/security/audits', false], ['registry.npmjs.org', '/-/npm/v1/security/keys', true], ['registry.npmjs.org', '/-/npm/v1/security/audits/x', true],
  ['registry.npmjs.org', '/-/v1/search?text=x', false], ['registry.npmjs.org', '/-/v1/searches', true], ['registry.npmjs.org', '/x/-/v1/search', true], ['registry.npmjs.org', '/x/-/npm/v1/security/audits', true],
  ['badnpmjs.org', '/-/v1/search', true], ['npmjs.org.evil.net', '/-/v1/search', true], ['badnpmjs.org', '/-/npm/v1/security/audits', true], ['npmjs.org.evil.net', '/-/npm/v1/security/audits', true],
  ['packagist.org', '/api/security-advisories/', false], ['packagist.org', '/api/create-package', true], ['api.osv.dev', '/v1/query', false], ['api.osv.dev', '/v1/querybatch', false], ['api.osv.dev', '/v1/queries', true], ['osv.dev', '/v1/query', true],
  ['rekor.sigstore.dev', '/api/v1/log/entries/retrieve', false], ['rekor.sigstore.dev', '/api/v1/index/retrieve', false], ['rekor.sigstore.dev', '/api/v1/log/entries', true], ['api.github.com', '/graphql', true],
])('a POST to %s%s: %s', (host, path, answer) => {
  expect(writesOf({ method: 'POST', host, path })).toBe(answer)
  expect(writesOf({ method: 'PUT', host, path })).toBe(true)
})
it('takes git’s empty probe before a push for a question, and anything longer for the push', () => {
  const probe = (bodyBytes?: number) => writesOf({ method: 'POST', host: 'github.com', path: '/acme/app.git/git-receive-pack', ...(bodyBytes === undefined ? {} : { bodyBytes }) })
  expect([probe(4), probe(5), probe()]).toEqual([false, true, true])
})
