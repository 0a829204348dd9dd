import { join } from 'node:path/posix'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readForms, seatbeltOracle } from '../../../test/support/seatbelt-oracle.ts'
import { isInside } from '../../base/is-inside.ts'
import type { BoxPlan } from '../plan/box-plan.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

const name = fc.string({ unit: fc.constantFrom('a', 'b', 'C', '"', '\\', '\n', ' ', '(', ')', ';', '#', '.', '*', '[', 'é', '日'), minLength: 1, maxLength: 6 }).filter((text) => !/^\.{1,2}$/.test(text))
const names = fc.array(name, { minLength: 1, maxLength: 4 })
const changes = ['file-write-data', 'file-write-create', 'file-write-unlink', 'file-write-mode', 'file-write-xattr']

const state = '/Users/ann/.omnigent'
const place = { temp: `${state}/host/boxes/box_1/tmp`, trust: [`${state}/host/boxes/box_1/trust`], proxyPort: 49_152 }

interface Wish {
  readonly profile: BoxPlan['profile']
  readonly work: readonly string[]
  /** In the work folder. */
  readonly hidden: readonly (readonly string[])[]
  readonly later: readonly string[]
  readonly write: readonly string[]
  readonly read: readonly string[]
}
const wishes: fc.Arbitrary<Wish> = fc.record({ profile: fc.constantFrom('workspace', 'read-only', 'open'), work: names, hidden: fc.array(names, { maxLength: 3 }), later: names, write: names, read: names })

/** As planBox would have it. */
function planOf({ profile, work, hidden, later, write, read }: Wish): BoxPlan {
  const workspace = join('/Users/ann/src', ...work)
  const git = join(workspace, '.git')
  const isReadOnly = profile === 'read-only'
  const writes = [join('/Volumes/w', ...write)]
  return {
    profile, network: 'own', workspace, home: `${state}/host/sessions/ses_1`,
    reads: [join('/Volumes/r', ...read), ...(isReadOnly ? [git, ...writes] : [])], writes: isReadOnly ? [] : writes, pinned: isReadOnly ? [] : [git],
    frozen: ['hooks', 'config'].map((each) => join(git, each)), made: [],
    hidden: [...hidden.map((way) => ({ path: join(workspace, 'h', ...way), kind: 'folder' as const })), ...(profile === 'open' ? [{ path: state, kind: 'folder' as const }, { path: '/Users/ann/.ssh', kind: 'folder' as const }] : [])],
    absent: { frozen: ['config.worktree', 'info/attributes'].map((each) => join(git, each)), hidden: [join(workspace, 'l', ...later)] },
    programs: [`${state}/harnesses/one`], state: [`${state}/host/sessions/ses_1/state`], files: {},
  }
}

interface Claim {
  readonly path: string
  readonly operations: readonly string[]
  readonly may: boolean
}

/** For every plan: what a program may do with a path, by the rules and by us. @param claims of a plan, and of names below */
const always = (claims: (plan: BoxPlan, rest: readonly string[]) => readonly Claim[]): void =>
  fc.assert(fc.property(wishes, fc.array(name, { maxLength: 3 }), (wish, rest) => {
    const plan = planOf(wish)
    const oracle = seatbeltOracle(seatbeltProfile(plan, place))
    expect(claims(plan, rest).flatMap(({ path, operations, may }) => operations.filter((operation) => oracle(operation, path) !== may).map((operation) => ({ path, operation, may })))).toEqual([])
  }))
const hiddenIn = (plan: BoxPlan): string[] => [...plan.hidden.map(({ path }) => path), ...plan.absent.hidden]
const writable = (plan: BoxPlan): string[] => [...plan.writes, ...(plan.profile === 'read-only' ? [] : [plan.workspace]), ...plan.state, plan.home, place.temp]
const shown = (plan: BoxPlan): string[] => [...plan.reads, plan.workspace, ...writable(plan), ...plan.programs, ...place.trust]
const ofOurs = (plan: BoxPlan): string[] => [...plan.state, plan.home, place.temp, ...plan.programs, ...place.trust]
const isIn = (folders: readonly string[], path: string): boolean => folders.some((folder) => isInside(folder, path))

describe('the rules of a box', () => {
  it('open nothing that is hidden', () => always((plan, rest) => hiddenIn(plan).map((folder) => join(folder, ...rest)).filter((path) => !isIn(ofOurs(plan), path))
    .map((path) => ({ path, operations: ['file-read-data', 'file-read-xattr', 'file-map-executable', 'process-exec', ...changes], may: false }))))

  it('change nothing that git runs, by whatever capitals a new name has', () => always((plan, rest) => {
    const paths = [...plan.frozen, ...plan.absent.frozen, ...plan.absent.frozen.map((path) => path.replace(/[^/]+$/, (last) => last.toUpperCase()))].flatMap((path) => [path, join(path, ...rest)])
    return paths.flatMap((path) => [{ path, operations: changes, may: false }, ...(isIn(hiddenIn(plan), path) ? [] : [{ path, operations: ['file-read-data'], may: true }])])
  }))

  it('write nowhere else', () => always((plan, rest) => ['/', '/Users/ann', '/Users/ann/src', '/private/tmp', '/usr/local', '/Volumes', '/dev', state, `${state}/host`, '/System/Volumes/Data/Users/ann/src']
    .flatMap((path) => [path, join(path, ...rest)]).filter((path) => !isIn(writable(plan), path)).map((path) => ({ path, operations: changes, may: false }))))

  it('write in the work folder, unless it is to be read', () => always((plan, rest) => [
    { path: join(plan.workspace, 'src', ...rest), operations: ['file-read-data', 'process-exec'], may: true },
    { path: join(plan.workspace, 'src', ...rest), operations: changes, may: plan.profile !== 'read-only' },
    ...[place.temp, plan.home, ...plan.state].map((own) => ({ path: join(own, 'x', ...rest), operations: changes, may: true })),
  ]))

  it('let no folder be moved that a wall stands in, nor one that may be written as a whole', () => always((plan) => {
    const [roots, walls] = [writable(plan), [...plan.frozen, ...plan.absent.frozen, ...hiddenIn(plan)]]
    const leading = roots.flatMap((root) => walls.filter((wall) => isInside(root, wall)).flatMap((wall) => pathsBetween(root, wall)))
    return [...roots, ...leading].map((path) => ({ path, operations: ['file-write-unlink'], may: false }))
  }))

  it('read nothing else of yours, but that its folders are there', () => always((plan, rest) => {
    const yours = ['/Users/ann/.ssh', '/Users/ann', '/Users/bob', '/private/tmp', '/private/var/folders', '/Library/Keychains', '/Volumes', state, '/System/Volumes/Data/Users/ann', '/dev/ttys001', '/dev/disk0'].map((path) => join(path, ...rest))
    const closed = yours.filter((path) => !isIn(shown(plan), path) && (plan.profile !== 'open' || isIn([state, '/Users/ann/.ssh', '/System/Volumes/Data', '/dev'], path)))
    const leads = (path: string): boolean => ['/private/tmp', '/Volumes'].includes(path) || shown(plan).some((each) => isInside(path, each))
    return [
      ...closed.map((path) => ({ path, operations: leads(path) ? ['file-read-data'] : ['file-read-data', 'file-read-metadata'], may: false })),
      ...shown(plan).map((path) => ({ path: join(path, '..'), operations: ['file-read-metadata'], may: true })),
    ]
  }))

  it('show the system, and run it', () => always(() => ['/usr/bin/git', '/bin/sh', '/System/Library/Frameworks/x', '/opt/homebrew/bin/node', '/Library/Developer/CommandLineTools/usr/bin/git', '/private/etc/ssl/cert.pem']
    .map((path) => ({ path, operations: ['file-read-data', 'file-map-executable', 'process-exec'], may: true }))))
})

const pathsBetween = (root: string, path: string): string[] => (path === root ? [] : [...pathsBetween(root, join(path, '..')), join(path, '..')])
const plain = planOf({ profile: 'workspace', work: ['app'], hidden: [], later: ['x'], write: ['w'], read: ['r'] })
const rulesOf = (operation: string, profile: string): string[] => profile.split('\n').filter((line) => line.includes(operation))

it('reaches one port of this machine and no other, or none', () => {
  expect(rulesOf('(remote ip', seatbeltProfile(plain, place))).toEqual(['(allow network-outbound (remote ip "localhost:49152"))'])
  expect(rulesOf('(remote ip', seatbeltProfile(plain, { ...place, proxyPort: undefined }))).toEqual([])
  expect(rulesOf('network', seatbeltProfile(plain, place)).filter((line) => !line.includes('unix-socket'))).toHaveLength(1)
})

it('begins with everything refused, and asks nothing of programs outside', () => {
  const profile = seatbeltProfile(plain, place)
  expect(readForms(profile).slice(0, 2)).toEqual([['version', '1'], ['deny', 'default']])
  expect(profile).toContain('(allow signal (target same-sandbox))\n(allow process-info* (target self))')
  for (const gone of ['SecurityServer', 'trustd', 'launchservicesd', 'pasteboard', 'cfprefsd', 'appleevent', 'lsopen', 'procargs', 'job-creation']) expect(profile).not.toContain(gone)
  expect(rulesOf('mach-lookup', profile)).toHaveLength(1)
  expect(rulesOf('mach-lookup', profile)[0]).toContain('(global-name ')
})

it('says that there are too many paths for a command line', () => {
  const hidden = Array.from({ length: 10_000 }, (_, at) => ({ path: `${plain.workspace}/${'x'.repeat(60)}/${at}`, kind: 'file' as const }))
  expect(() => seatbeltProfile({ ...plain, hidden }, place)).toThrow(/10000 are hidden/)
})
