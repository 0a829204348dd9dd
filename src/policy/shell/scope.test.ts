import { describe, expect, it } from 'vitest'
import { type Arg, dynamicArg, knownArg } from './arg.ts'
import { assign, copyScope, doubtOf, joinScopes, newScope, sameScope, type Scope } from './scope.ts'

const body = () => ({ type: 'CompoundList', commands: [], pos: 0, end: 0 } as unknown as Parameters<Scope['functions']['set']>[1][number]['body'])
const [one, other] = [{ body: body(), source: 'one' }, { body: body(), source: 'other' }]

/** A scope in which something of everything is known. */
function full(change: (scope: Scope) => void = () => undefined): Scope {
  const scope = newScope('/work', '/home')
  scope.variables.set('a', '1')
  scope.exported.add('a')
  scope.odd.add('o')
  scope.positional = [knownArg('x')]
  scope.functions.set('f', [one])
  scope.exportedFunctions.add('f')
  scope.aliases.set('g', 'tool')
  change(scope)
  return scope
}

const words = (...texts: readonly string[]): readonly Arg[] => texts.map((text) => knownArg(text))

describe('what is certain when a line came one way or the other', () => {
  it('is what both know', () => {
    expect(joinScopes(full(), full())).toEqual(full())
  })
  it.each<[string, (scope: Scope) => void, Partial<Scope>]>([
    ['the folder', (scope) => { scope.cwd = '/other' }, { cwd: undefined }],
    ['the home folder', (scope) => { scope.home = undefined }, { home: undefined }],
    ['a value', (scope) => scope.variables.set('a', '2'), { variables: new Map() }],
    ['a value that only one has', (scope) => scope.variables.clear(), { variables: new Map() }],
    ['a value that only the other has', (scope) => scope.variables.set('b', '2'), { variables: new Map([['a', '1']]) }],
    ['what is exported', (scope) => scope.exported.add('b'), { exported: new Set(['a', 'b']) }],
    ['what stores no text', (scope) => scope.odd.add('p'), { odd: new Set(['o', 'p']) }],
    ['how words are split', (scope) => { scope.splits = false }, { splits: false }],
    ['the words', (scope) => { scope.positional = words('y') }, { positional: undefined }],
    ['how many words', (scope) => { scope.positional = words('x', 'y') }, { positional: undefined }],
    ['that there are words', (scope) => { scope.positional = undefined }, { positional: undefined }],
    ['a word at run time', (scope) => { scope.positional = [dynamicArg('$x')] }, { positional: undefined }],
    ['an exported function', (scope) => scope.exportedFunctions.add('h'), { exportedFunctions: new Set(['f', 'h']) }],
    ['an alias', (scope) => scope.aliases.set('h', 'x'), { aliases: new Map([['g', 'tool'], ['h', 'x']]) }],
    ['another machine', (scope) => { scope.elsewhere = true }, { elsewhere: true }],
    ['a doubt', (scope) => { scope.doubt = 'why' }, { doubt: 'why' }],
  ])('but for %s', (_, change, expected) => {
    const [first, second] = [full(), full(change)]
    expect(joinScopes(first, second)).toEqual({ ...full(), ...expected })
    expect(joinScopes(second, first)).toMatchObject(expected)
    // Neither is changed.
    expect([first, second]).toEqual([full(), full(change)])
  })
  it('keeps every function that a name may have, and says when it may have none', () => {
    const names = (scope: Scope) => ({ known: scope.functions.get('f')?.map(({ source }) => source), unsure: [...scope.unsureFunctions] })
    const changed = full((scope) => scope.functions.set('f', [other]))
    const without = full((scope) => scope.functions.delete('f'))
    const unsure = full((scope) => scope.unsureFunctions.add('f'))
    expect(names(joinScopes(full(), changed))).toEqual({ known: ['one', 'other'], unsure: [] })
    expect(names(joinScopes(full(), full()))).toEqual({ known: ['one'], unsure: [] })
    expect(names(joinScopes(full(), without))).toEqual({ known: ['one'], unsure: ['f'] })
    expect(names(joinScopes(without, full()))).toEqual({ known: ['one'], unsure: ['f'] })
    expect(names(joinScopes(full(), unsure))).toEqual({ known: ['one'], unsure: ['f'] })
    expect(names(joinScopes(unsure, full()))).toEqual({ known: ['one'], unsure: ['f'] })
  })
  it('is what the one knows that goes on', () => {
    const dead = full((scope) => Object.assign(scope, { dead: true, cwd: '/gone' }))
    expect(joinScopes(dead, full())).toEqual(full())
    expect(joinScopes(full(), dead)).toEqual(full())
    expect(joinScopes(dead, full())).not.toBe(full())
  })
  it('keeps the doubt of the first', () => {
    expect(joinScopes(full((scope) => { scope.doubt = 'first' }), full((scope) => { scope.doubt = 'second' })).doubt).toBe('first')
  })
})

describe('whether two know the same', () => {
  it('is so for a copy', () => {
    expect(sameScope(full(), copyScope(full()))).toBe(true)
    expect(sameScope(newScope('/work', undefined), newScope('/work', undefined))).toBe(true)
  })
  it.each<[string, (scope: Scope) => void]>([
    ['the folder', (scope) => { scope.cwd = '/other' }], ['the home folder', (scope) => { scope.home = '/other' }], ['how words are split', (scope) => { scope.splits = false }], ['a doubt', (scope) => { scope.doubt = 'why' }],
    ['the words', (scope) => { scope.positional = words('y') }], ['how many words', (scope) => { scope.positional = words('x', 'y') }], ['fewer words', (scope) => { scope.positional = [] }], ['that there are words', (scope) => { scope.positional = undefined }],
    ['a value', (scope) => scope.variables.set('a', '2')], ['another variable', (scope) => { scope.variables.delete('a'); scope.variables.set('b', '1') }], ['one more', (scope) => scope.variables.set('b', '1')], ['what stores no text', (scope) => scope.odd.add('p')], ['an alias', (scope) => scope.aliases.set('h', 'x')],
    ['a function', (scope) => scope.functions.set('h', [one])], ['another function', (scope) => { scope.functions.delete('f'); scope.functions.set('h', [one]) }], ['one that may be two', (scope) => scope.functions.set('f', [one, other])],
  ])('is not so with %s changed', (_, change) => {
    expect(sameScope(full(), full(change))).toBe(false)
    expect(sameScope(full(change), full())).toBe(false)
  })
  it('is not so where a word is only known at run time, unless nothing was changed', () => {
    const unknown = [dynamicArg('$x')]
    const scope = full((each) => { each.positional = unknown })
    expect(sameScope(scope, full((each) => { each.positional = unknown }))).toBe(true)
    expect(sameScope(scope, full((each) => { each.positional = [dynamicArg('$x')] }))).toBe(false)
  })
})

describe('what an assignment does', () => {
  it.each<[name: string, value: string | undefined, expected: Partial<Scope>]>([
    ['a', '2', { variables: new Map([['a', '2']]) }], ['b', '2', { variables: new Map([['a', '1'], ['b', '2']]) }], ['a', undefined, { variables: new Map() }],
    ['o', 'x', {}], ['HOME', '/x', { home: '/x', variables: new Map([['a', '1'], ['HOME', '/x']]) }], ['HOME', undefined, { home: undefined }], ['IFS', ',', { splits: false, variables: new Map([['a', '1'], ['IFS', ',']]) }],
    ['PWD', '/x', { odd: new Set(['o', 'PWD']) }],
    ...['RANDOM', 'SRANDOM', 'SECONDS', 'LINENO', 'OLDPWD', 'BASH_VERSION', '_', 'PPID', 'UID', 'EUID', 'DIRSTACK', 'EPOCHSECONDS', 'FUNCNAME', 'GROUPS', 'HISTCMD', 'PIPESTATUS', 'COMP_WORDS', 'REPLY', 'OPTIND', 'MAPFILE'].map((name): [string, string, Partial<Scope>] => [name, 'x', {}]),
    ...['XUID', 'UIDX', 'RANDOMS', 'MYRANDOM', 'COMP', 'MAPFILES'].map((name): [string, string, Partial<Scope>] => [name, 'x', { variables: new Map([['a', '1'], [name, 'x']]) }]),
  ])('%s=%s', (name, value, expected) => {
    const scope = full()
    assign(scope, name, value)
    expect(scope).toEqual({ ...full(), ...expected })
  })
  it('to what programs look at makes their names doubtful, for the first reason', () => {
    const scope = full()
    assign(scope, 'PATH', '/x')
    assign(scope, 'LD_PRELOAD', 'x')
    expect(scope.doubt).toBe('PATH is changed, so names may mean other programs')
  })
})

it.each(['BASH_ENV', 'ENV', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'SHELLOPTS', 'BASHOPTS', 'CDPATH', 'PROMPT_COMMAND', 'PS0', 'PS4', 'BASH_FUNC_x', 'BASH_FUNC_', 'PERL5LIB', 'PERL5OPT', 'PYTHONSTARTUP', 'RUBYOPT', 'NODE_OPTIONS', 'fpath'])('%s is doubted', (name) => {
  expect(doubtOf(name)).toBe(`${name} is set, which makes programs run other code`)
})
it.each(['PATH', 'path'])('%s is doubted', (name) => {
  expect(doubtOf(name)).toBe('PATH is changed, so names may mean other programs')
})
it.each(['a', 'XPATH', 'PATHX', 'LD_', 'LD_A-B', 'PS5', 'PSX', 'PS44', 'MYLD_X', 'ENVX', 'BASH_FUNC'])('%s is not', (name) => {
  expect(doubtOf(name)).toBeUndefined()
})
