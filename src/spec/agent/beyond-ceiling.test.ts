import { describe, expect, it } from 'vitest'
import { type AskedBox, beyondCeiling, refuseBeyond } from './beyond-ceiling.ts'
import type { BoxCeiling } from './box-ceiling.ts'

const place = { workspace: '/work/app', home: '/home/ann' }
const beyond = (asked: Partial<AskedBox>, ceiling: BoxCeiling) => beyondCeiling({ profile: 'workspace', ...asked }, ceiling, place)

describe('a ceiling', () => {
  it.each([
    ['read-only', 'read-only', []],
    ['workspace', 'read-only', ['sandbox profile workspace (the most is read-only)']],
    ['workspace', 'workspace', []],
    ['open', 'workspace', ['sandbox profile open (the most is workspace)']],
    ['read-only', 'open', []],
    ['off', 'open', ['sandbox profile off (the most is open)']],
    ['off', 'off', []],
  ] as const)('with %s asked for and %s at the most says %j', (profile, most, says) => {
    expect(beyond({ profile }, { profile: most })).toEqual(says)
  })

  it.each(['read', 'write'] as const)('lets %s paths be the named folders, what is in them, and the work folder', (kind) => {
    const said = beyond({ [kind]: ['~/data', '~/data/sub', '/home/ann/database', '~', '/srv', './x', '../app/y', '../other', '~/data/../keys', '/'] }, { [kind]: ['~/data'] })
    expect(said).toEqual(['/home/ann/database', '~', '/srv', '../other', '~/data/../keys', '/'].map((path) => `"${path}" to ${kind}`))
  })

  it('gives no path beyond the work folder where it names none, and any where it says nothing of paths', () => {
    expect(beyond({ read: ['/srv'], write: ['/srv'] }, { read: [] })).toEqual(['"/srv" to read'])
    expect(beyond({ read: ['/srv'], write: ['/srv'], env: ['A'] }, {})).toEqual([])
  })

  it('knows variables by their whole names', () => {
    expect(beyond({ env: ['CI', 'CI_TOKEN', 'ci'] }, { env: ['CI'] })).toEqual(['the host variable CI_TOKEN', 'the host variable ci'])
  })
})

describe('what goes beyond it', () => {
  it('is refused all at once, with what to do', () => {
    const refused = (asked: AskedBox, ceiling: BoxCeiling | undefined) => () => refuseBeyond(asked, ceiling, { ...place, whose: 'The server' })
    expect(refused({ profile: 'off', read: ['/srv'] }, { profile: 'open', read: [] })).toThrow('The server gives no session sandbox profile off (the most is open); "/srv" to read. Run it with --sandbox open, or have "sandbox: ceiling" changed in its configuration.')
    expect(refused({ profile: 'open', env: ['A'] }, { env: [] })).toThrow('The server gives no session the host variable A. Take it out of the agent’s file, or')
    expect(refused({ profile: 'off', read: ['/srv'] }, undefined)).not.toThrow()
  })
})
