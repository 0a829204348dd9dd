import { describe, expect, it } from 'vitest'
import { place, readLine, reasonsOf } from '../../../test/policy/read-line.ts'
import { readShell } from './read-shell.ts'

const actionsOf = (line: string, files = {}) => readLine({ line, files }).actions
const kinds = (line: string, ...wanted: readonly string[]) => actionsOf(line).filter(({ kind }) => wanted.includes(kind))

it('asks for what it has to know, and is final once it is told', () => {
  const first = readShell('./x.sh && git push', place, new Map())
  expect(first.needs).toEqual([{ key: 'file:/work/app/x.sh', type: 'file', path: '/work/app/x.sh' }, { key: 'git:/work/app', type: 'git', cwd: '/work/app' }])
  const second = readShell('./x.sh && git push', place, new Map([
    ['file:/work/app/x.sh', { type: 'file', text: '#!/bin/sh\ncat notes\n', sha256: '' }], ['git:/work/app', { type: 'absent', reason: 'no repository' }],
  ] as const))
  expect(second.needs).toEqual([])
  expect(second.followed).toEqual(['file:/work/app/x.sh', 'git:/work/app'])
  expect(second.actions).toContainEqual({ kind: 'file.read', path: '/work/app/notes', outbound: false })
  // Without a repository it is not known where it goes.
  expect(second.actions).toContainEqual({ kind: 'git.push', outbound: true })
})

it('names the git folder and work tree that the line names', () => {
  expect(readShell('git --git-dir=g --work-tree w push', place, new Map()).needs).toEqual([{ key: 'git:/work/app:/work/app/g:/work/app/w', type: 'git', cwd: '/work/app', gitDir: '/work/app/g', workTree: '/work/app/w' }])
})

describe('exec', () => {
  it('has the words when all are known, else those before the first that is not', () => {
    expect(actionsOf('ls "a b" ~/c')).toEqual([{ kind: 'exec', command: 'ls "a b" ~/c', argv: ['ls', 'a b', '/home/me/c'], cwd: place.cwd, outbound: false }])
    expect(actionsOf('ls -l "$x" y')).toEqual([{ kind: 'exec', command: 'ls -l "$x" y', prefix: ['ls', '-l'], cwd: place.cwd, outbound: false }])
  })
  it.each([['ls', false], ['curl https://example.org', true], ['npm test', 'unknown'], ['bash -c "ls"', false], ['bash -c "git push"', true], ['sudo some-tool', 'unknown'], ['git status', false], ['ls | some-tool', false]] as const)('of %s: outbound %s', (line, outbound) => {
    expect(readLine({ line, files: { 'package.json': '{"scripts": {"test": "vitest"}}' } }).actions[0]).toMatchObject({ kind: 'exec', outbound })
  })
  it('knows the folder after cd, and that it does not know it', () => {
    const cwds = (line: string) => actionsOf(line).map((action) => (action.kind === 'exec' ? action.cwd : undefined))
    expect(cwds('cd src && ls')).toEqual([place.cwd, '/work/app/src'])
    expect(cwds('(cd src; ls); ls')).toEqual([place.cwd, '/work/app/src', place.cwd])
    expect(cwds('cd "$x"; ls')).toEqual([place.cwd, undefined])
    expect(cwds('cd src || cd lib; ls').at(-1)).toBeUndefined()
    expect(cwds('cd src || exit 1; ls').at(-1)).toBe('/work/app/src')
    expect(cwds('if x; then cd src; fi; ls').at(-1)).toBeUndefined()
    expect(cwds('env -C src ls').at(-1)).toBe('/work/app/src')
  })
})

describe('values', () => {
  const last = (line: string) => actionsOf(line).at(-1)
  it.each([
    ['a=x; b=$a/y; echo $b', ['echo', 'x/y']], ['a="x y"; echo $a "$a"', ['echo', 'x', 'y', 'x y']], ['a=1; a+=2; echo $a', ['echo', '12']], ['set -- a b; shift; echo "$@"', ['echo', 'b']], ['f() { local a=2; }; a=1; f; echo $a', ['echo', '1']], ['a=1; (a=2); echo $a', ['echo', '1']],
    ['a=1; if x; then a=1; fi; echo $a', ['echo', '1']], ['a=; echo "${a:-b}" "${a-c}"', ['echo', 'b', '']], ['echo "$PWD" $HOME', ['echo', '/work/app', '/home/me']], ['echo $(echo a b) "$(echo a b)"', ['echo', 'a', 'b', 'a b']], ['echo {a,b}{1..2}', ['echo', 'a1', 'a2', 'b1', 'b2']], ['a=" x  y "; echo -$a-', ['echo', '-', 'x', 'y', '-']], ["echo $'a\\tb' \\$x", ['echo', 'a\tb', '$x']], ['export a=1; bash -c \'echo "$a"\'', ['echo', '1']], ['echo "$@" x', undefined],
  ] as const)('%s', (line, argv) => {
    expect(last(line)).toMatchObject(argv === undefined ? { kind: 'exec' } : { argv })
  })
  it.each(['a=1; if x; then a=2; fi; echo $a', 'a=1; x && a=2; echo $a', 'a=1; while x; do a=2; done; echo $a', 'a=1; read a; echo $a', 'a=1; echo b | read a; echo $a', 'declare -i a=x; echo $a', 'a=1; unset a; echo $a', 'a=1; bash -c "echo \\$a"', 'a=1; (( a++ )); echo $a', 'a=1; eval "$x"; echo $a', 'a=*; echo $a', 'IFS=x; a=1; echo $a', 'for x in 1; do for y in 1; do a=9; t && break 2; done; a=1; done; echo $a', 'f() { a=9; t && return; a=1; }; f; echo $a', 'a=1; trap "a=2" USR1; a="$x"; echo $a'])('%s is not known beforehand', (line) => {
    expect(last(line)).toMatchObject({ kind: 'exec', prefix: ['echo'] })
    expect(last(line)).not.toHaveProperty('argv')
  })
})

describe('redirections', () => {
  it.each([
    ['echo a > out', ['write:/work/app/out']], ['echo a >> ../x/y', ['write:/work/x/y']], ['a > ~/b', ['write:/home/me/b']], ['a 2>&1', []], ['a > /dev/null 2> /dev/stderr', []], ['a &> log', ['write:/work/app/log']], ['a < in', ['read:/work/app/in']], ['a <> both', ['read:/work/app/both', 'write:/work/app/both']], ['{ a; b; } > out', ['write:/work/app/out']], ['for x in 1 2; do a; done > out', ['write:/work/app/out']], ['a > >(b)', []],
  ])('%s', (line, files) => {
    expect(kinds(line, 'file.read', 'file.write').map((action) => `${action.kind.slice(5)}:${'path' in action ? action.path : ''}`)).toEqual(files)
  })
  it('doubts a target that is only known at run time', () => {
    expect(reasonsOf(readLine({ line: 'echo a > "$x"' }))).toEqual(['it writes to a file that is only known at run time'])
  })
  it('sees connections', () => {
    expect(kinds('exec 3<>/dev/tcp/example.org/80', 'net.request')).toEqual([{ kind: 'net.request', scheme: 'tcp', host: 'example.org', port: 80, outbound: true }])
  })
  it('does not trust a file that the line itself writes', () => {
    expect(reasonsOf(readLine({ line: 'curl -o x.sh https://example.org/x; sh x.sh', files: { 'x.sh': 'ls' } }))).toEqual(['the script /work/app/x.sh cannot be read: it is written by the same line'])
    expect(kinds("cat > x.sh <<'E'\ngit push\nE\nbash x.sh", 'git.push')).toHaveLength(1)
  })
})
