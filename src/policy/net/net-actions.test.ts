import { describe, expect, it } from 'vitest'
import { readLine } from '../../../test/policy/read-line.ts'
import type { NetRequest, RefUpdate } from '../../spec/net/net-request.ts'
import { netActions } from './net-actions.ts'

const request = (more: Partial<NetRequest> = {}): NetRequest => ({ session: 's', id: 'r1', scheme: 'https', host: 'example.org', port: 443, method: 'GET', path: '/', ...more })
const update = (ref: string, more: Partial<RefUpdate> = {}): RefUpdate => ({ ref, old: '1'.repeat(40), new: '2'.repeat(40), create: false, delete: false, ...more })
const push = (refs: readonly RefUpdate[], more: Partial<NetRequest> = {}) => request({ host: 'github.com', method: 'POST', path: '/acme/app.git/git-receive-pack', gitPush: { repo: 'acme/app', refs }, ...more })

describe('a request', () => {
  it('that only reads is a request and nothing else', () => {
    expect(netActions(request({ query: 'q=1' }))).toEqual([{ kind: 'net.request', scheme: 'https', host: 'example.org', port: 443, method: 'GET', path: '/', outbound: true }])
  })
  it('says how much it sends, where that is known', () => {
    expect(netActions(request({ method: 'POST', bodyBytes: 7 }))).toMatchObject([{ bodyBytes: 7 }])
    expect(netActions(request({ method: 'POST' }))[0]).not.toHaveProperty('bodyBytes')
  })
  it('that publishes says what', () => {
    expect(netActions(request({ host: 'registry.npmjs.org', method: 'PUT', path: '/@acme/app' }))).toMatchObject([{ kind: 'net.request' }, { kind: 'package.publish', manager: 'npm', name: '@acme/app', outbound: true }])
  })
  it('uses each secret once, those that it bears and those that a rule gives it', () => {
    expect(netActions(request({ placeholders: ['a', 'b'] }), ['b', 'c']).slice(1)).toEqual(['a', 'b', 'c'].map((name) => ({ kind: 'secret.use', name, host: 'example.org', outbound: true })))
  })
})

describe('a push', () => {
  it('is one action per ref; nobody knows whether it forces', () => {
    expect(netActions(push([update('refs/heads/main'), update('refs/tags/v1', { create: true }), update('refs/heads/old', { delete: true }), update('refs/notes/x')]))).toEqual([
      { kind: 'net.request', scheme: 'https', host: 'github.com', port: 443, method: 'POST', path: '/acme/app.git/git-receive-pack', refs: ['refs/heads/main', 'refs/tags/v1', 'refs/heads/old', 'refs/notes/x'], outbound: true },
      { kind: 'git.push', repo: 'github.com/acme/app', ref: 'main', delete: false, tag: false, outbound: true },
      { kind: 'git.push', repo: 'github.com/acme/app', ref: 'v1', delete: false, tag: true, outbound: true },
      { kind: 'git.push', repo: 'github.com/acme/app', ref: 'old', delete: true, tag: false, outbound: true },
      { kind: 'git.push', repo: 'github.com/acme/app', ref: 'refs/notes/x', delete: false, tag: false, outbound: true },
    ])
  })
  it('is none yet while git asks for refs, or whether it would be let in', () => {
    const kinds = (of: NetRequest) => netActions(of).map(({ kind }) => kind)
    expect(kinds(push([], { method: 'GET', path: '/acme/app.git/info/refs', query: 'service=git-receive-pack' }))).toEqual(['net.request'])
    expect(kinds(push([], { bodyBytes: 4 }))).toEqual(['net.request'])
  })
  it('takes over that it forces, should the wire ever say so', () => {
    expect(netActions(push([update('refs/heads/main', { force: true })]))[1]).toMatchObject({ force: true })
  })
  it.each([
    ['https://github.com/acme/app.git', { }], ['https://Git.Acme.org:8443/acme/app', { host: 'git.acme.org', port: 8_443 }], ['http://git.acme.org/acme/app.git/', { scheme: 'http', host: 'git.acme.org', port: 80 }], ['https://git.acme.org:443/deep/er/app', { host: 'git.acme.org', gitPush: { repo: 'deep/er/app', refs: [update('refs/heads/main')] } }], ['https://[fe80::1]/acme/app', { host: 'fe80::1' }],
  ] as const)('to %s has the name that the line has', (address, more) => {
    const [, fromWire] = netActions(push([update('refs/heads/main')], more))
    const fromLine = readLine({ line: `git push '${address}' main` }).actions.find(({ kind }) => kind === 'git.push')
    expect(fromLine).toEqual({ ...fromWire, force: false })
  })
})
