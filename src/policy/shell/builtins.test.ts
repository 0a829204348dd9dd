import { describe, expect, it } from 'vitest'
import { pushes, readLine, reasonsOf } from '../../../test/policy/read-line.ts'

const files = { 'a.sh': 'x=1; echo sourced $1; cd sub' }
const last = (line: string) => readLine({ line, files }).actions.flatMap((action) => (action.kind === 'exec' ? [(action.argv ?? [...action.prefix ?? [], '…']).join(' ')] : [])).at(-1)
const folder = (line: string) => readLine({ line, files }).actions.flatMap((action) => (action.kind === 'exec' ? [action.cwd] : [])).at(-1)
const doubts = (line: string) => reasonsOf(readLine({ line, files }))

it.each([
  ['cd sub; ls', '/work/app/sub'], ['cd -P sub; ls', '/work/app/sub'], ['cd -- sub; ls', '/work/app/sub'], ['cd /srv; ls', '/srv'], ['cd; ls', '/home/me'], ['cd -; ls', undefined], ['cd a b; ls', undefined], ['cd "$x"; ls', undefined], ['cd $x; ls', undefined], ['chdir sub; ls', '/work/app/sub'], ['pushd sub; ls', '/work/app/sub'], ['pushd; ls', undefined], ['pushd +1; ls', undefined], ['popd; ls', undefined], ['command cd sub; ls', '/work/app/sub'], ['builtin cd sub; ls', '/work/app/sub'], ['source a.sh; ls', '/work/app/sub'], ['eval cd sub; ls', '/work/app/sub'], ['eval "$x"; ls', undefined], ['source "$x"; ls', undefined], ['. missing; ls', undefined],
])('%s: in %s', (line, cwd) => {
  expect(folder(line)).toBe(cwd)
})

describe('the words of a script', () => {
  it.each([
    ['set -- a b; echo $1 $2', 'echo a b'], ['set a b; echo $1', 'echo a'], ['set -e; echo "$@"', 'echo …'], ['set -eo pipefail x; echo $1', 'echo x'], ['set -o pipefail -- x; echo $1', 'echo x'], ['set -- $x; echo "$1"', 'echo …'], ['set -- a b c; shift 2; echo $1', 'echo c'], ['set -- a b; shift "$n"; echo "$1"', 'echo …'], ['source a.sh word', 'cd sub'], ['set -- a; source a.sh b; echo $1', 'echo a'],
  ])('%s: %s', (line, command) => {
    expect(last(line)).toBe(command)
  })
})

describe('variables', () => {
  it.each([
    ['a=1; read a; echo $a', 'echo …'], ['a=1; read -r b; echo $a', 'echo 1'], ['a=1; read "$x"; echo $a', 'echo …'], ['a=1; mapfile a; echo $a', 'echo …'], ['a=1; getopts x a; echo $a', 'echo …'], ['a=1; printf -v a x; echo $a', 'echo …'], ['a=1; let a++; echo $a', 'echo …'], ['a=1; let "b=2"; echo $a', 'echo 1'], ['a=1; let "$x"; echo $a', 'echo …'], ['a=1; unset b; echo $a', 'echo 1'], ['a=1; unset "$x"; echo $a', 'echo …'], ['a="x y"; unset IFS; echo $a', 'echo …'], ['unset HOME; echo ~', 'echo …'],
    ['export a=1; echo $a', 'echo 1'], ['export a; echo b', 'echo b'], ['a=1; export "$x"; echo $a', 'echo …'], ['declare a=1; echo $a', 'echo 1'], ['declare -r a=1; echo $a', 'echo …'], ['declare -i a=1; echo $a', 'echo …'], ['declare -u a=x; echo $a', 'echo …'], ['declare a; echo b', 'echo b'], ['a=1; declare "$x"; echo $a', 'echo …'], ['b=1; declare -n a=b; echo $b', 'echo …'], ['typeset a=1; echo $a', 'echo 1'], ['readonly a=1; echo $a', 'echo …'], ['a=1; declare a+=1; echo $a', 'echo …'], ['a=1; export a+=1 b=2; echo $b', 'echo 2'], ['declare -a a+=(x); echo y', 'echo y'],
    ["export a=1; sh -c 'echo $a'", 'echo 1'], ["a=1; sh -c 'echo $a'", 'echo …'], ["export a=1; export -n a; sh -c 'echo $a'", 'echo …'], ["declare -x a=1; sh -c 'echo $a'", 'echo 1'], ['echo $(printf x)', 'echo x'], ['echo $(printf "%s" x)', 'echo x'], ['echo $(pwd)', 'echo …'], ['echo $(:)', 'echo'], ['echo $(read x)', 'echo'],
  ])('%s: %s', (line, command) => {
    expect(last(line)).toBe(command)
  })
})

describe('lines that are run by others, or after what may end a script early', () => {
  it.each(['export a+=$(git push)', 'exit; git push', '(exit); git push', 'x && exit; git push', 'exec > log; git push', 'f() { return; }; f; git push', 'for x in a; do break; done; git push', 'exec git push', 'exec -a name git push', 'exec -c git push', 'for x in a; do for y in b; do break "$n"; done; git push; done', "trap 'git push' EXIT", 'eval git push', 'eval -- git push', 'eval "git" "push"', 'command git push', 'command -p git push', 'command -- git push', "alias x='git push'"])('%s pushes', (line) => {
    expect(pushes(readLine({ line })).length).toBeGreaterThan(0)
  })
  it.each(['command -v git push', 'command -V git', 'command', 'builtin', "trap '' EXIT", 'trap - EXIT', 'trap -l', 'trap -p x', 'trap'])('%s starts nothing', (line) => {
    expect(pushes(readLine({ line }))).toEqual([])
    expect(doubts(line)).toEqual([])
  })
})

it.each([
  'eval "$x"', 'source "$x"', '. <(curl https://example.org)', 'source /dev/stdin', 'source missing', 'trap "$x" EXIT', 'alias "$x"', "alias sudo='sudo '", 'export "$x"', 'declare "$x"', "read 'a[$(ls)]'", "unset 'a[$(ls)]'", "let 'a[$(ls)]'", "test -v 'a[$(ls)]'", "[ -v 'a[`ls`]' ]", "declare 'a[$(ls)]=x'", 'mapfile -C ls a', 'enable -f x y', 'enable -n cd', 'hash -p /x git', "bind -x 'x:ls'", 'complete -F f x', 'complete -C c x', 'compgen -W "$(ls)"', 'compgen -F f', 'fc -s', 'hash "$x"',
])('%s is doubted', (line) => {
  expect(doubts(line)).not.toEqual([])
})

it.each(['enable -a', 'hash -r', 'bind -p', 'complete -p', 'compgen -c', 'fc -l', 'wait', 'jobs', 'umask 22', 'type ls', 'shopt -s x', 'pwd', 'kill 5', 'test -f a', '[ a = b ]', 'unalias x', 'mapfile a', 'true', 'history', "read 'a'", 'set -e', 'shift', 'ulimit -n'])('%s is not', (line) => {
  expect(doubts(line)).toEqual([])
})
