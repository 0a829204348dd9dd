import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAddressGuard } from './addresses.ts'
import { normaliseHost, parseAuthority } from './normalise-host.ts'
import { allProtections } from './protections.ts'
import { readPath } from './read-path.ts'
import { isRefusal } from './refusal.ts'

const authority = (text: string): string => {
  const read = parseAuthority(text, 443, allProtections)
  return isRefusal(read) ? read.rule : `${read.host} ${read.port}${read.literal ? ' address' : ''}`
}

describe('a host and port', () => {
  it.each([
    ['Example.ORG', 'example.org 443'], ['example.org.', 'example.org 443'], ['example.org:8443', 'example.org 8443'], ['xn--bcher-kva.example', 'xn--bcher-kva.example 443'],
    ['1.2.3.4:80', '1.2.3.4 80 address'], ['[2001:DB8:0:0::1]', '2001:db8::1 443 address'], ['[::ffff:127.0.0.1]', '::ffff:127.0.0.1 443 address'], ['3com.example', '3com.example 443'],
  ])('%s is read as %s', (text, expected) => expect(authority(text)).toBe(expected))

  it.each(['', '.', 'a..b', '-a.b', 'a b', 'a/b', 'bücher.example', 'a.b:0', 'a.b:65536', 'a.b:', 'a:b:c', '[::1', '[::1]x', '[fe80::1%25eth0]', 'a%41.b', `${'a'.repeat(64)}.b`, 'a\u0000.b', '[1.2.3.4]', ':443', 'a,b', '*.b'])('%j is none', (text) => {
    expect(authority(text)).toBe('gateway/authority')
  })

  it('is never a number that a resolver would take for an address', () => {
    for (const text of ['1', '127.1', '0x7f.0.0.1', '0177.0.0.1', '2130706433', '1.2.3.4.5', '127.0.0.1.', 'a.1', 'a.0x1', '0x', '256.0.0.1']) expect(['gateway/numeric-host', '127.0.0.1 443 address']).toContain(authority(text))
  })

  it('is read alike a second time', () => {
    fc.assert(fc.property(fc.domain(), (domain) => {
      const once = normaliseHost(domain.toUpperCase(), allProtections)
      if (isRefusal(once)) return
      expect(normaliseHost(once.host, allProtections)).toEqual(once)
    }))
  })
})

describe('a path', () => {
  const read = (target: string) => {
    const found = readPath(target, true)
    return isRefusal(found) ? found.rule : found
  }

  it('is what servers agree on', () => {
    expect(read('/a/b?c=/../d')).toEqual({ wire: '/a/b?c=/../d', path: '/a/b', query: 'c=/../d' })
    expect(read('/%61%2Db/%c3%bc')).toEqual({ wire: '/a-b/%C3%BC', path: '/a-b/%C3%BC', query: undefined })
    expect(read('/...')).toMatchObject({ path: '/...' })
    expect(read('/a;b=1/c')).toMatchObject({ path: '/a;b=1/c' })
    expect(read('*')).toBe('gateway/path')
    for (const overlong of ['/%c0%af', '/%c0%ae%c0%ae/a', '/%e0%80%af', '/%ff']) expect(read(overlong)).toBe('gateway/path')
  })

  it('has a slash in a scoped package’s name, and nowhere else', () => {
    expect(read('/@types%2fnode')).toEqual({ wire: '/@types%2Fnode', path: '/@types/node', query: undefined })
    expect(read('/npm/@types%2Fnode/-/node-1.tgz')).toMatchObject({ path: '/npm/@types/node/-/node-1.tgz' })
    for (const target of ['/types%2fnode', '/@a%2fb%2fc', '/@a%2f', '/@%2fb', '/@a%2f..%2fb', '/@a%2f%2e%2e']) expect(read(target)).toBe('gateway/path')
  })

  it('never has a dot segment, an empty one or a backslash after any reading', () => {
    const piece = fc.constantFrom('a', '.', '..', '/', '//', '%2e', '%2F', '%5c', '\\', '%25', '2e', ';', '@', '%', '%00', 'b')
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const found = readPath(`/${pieces.join('')}`, true)
      if (isRefusal(found)) return
      for (const view of [found.path, decodeURIComponent(found.wire)]) {
        expect(view.split('/').some((segment) => segment === '.' || segment === '..')).toBe(false)
        expect(view).not.toMatch(/\/\/|\\|[\u0000-\u001f]/)
      }
    }), { numRuns: 3_000 })
  })
})

describe('an address', () => {
  it.each(['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', '2001:db8::1', 'not one'])('%s is not dialled', (address) => {
    expect(createAddressGuard().permits(address)).toBe(false)
  })

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1', '2a00:1450::1'])('%s is', (address) => {
    expect(createAddressGuard().permits(address)).toBe(true)
  })

  it('is an exception where one is written, to be named only where that is', () => {
    const guard = createAddressGuard([{ address: '10.0.0.0/24' }, { address: 'fd00::/8' }, { address: '127.0.0.1', literal: true }])
    expect(['10.0.0.9', '10.0.1.9', 'fd00::1', '127.0.0.1', '::ffff:10.0.0.9'].map((address) => guard.permits(address))).toEqual([true, false, true, true, false])
    expect(['10.0.0.9', '127.0.0.1', '::ffff:127.0.0.1', '8.8.8.8'].map((address) => guard.permitsLiteral(address))).toEqual([false, true, false, false])
  })
})
