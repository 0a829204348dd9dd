import { describe, expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const files = (line: string) => readLine({ line }).actions.flatMap((action) => ('path' in action && action.kind.startsWith('file.') ? [`${action.kind.slice(5)} ${action.path?.replace('/work/app/', '') ?? ''}`] : []))

describe('code on the command line', () => {
  it.each([
    'python -c x', 'python3 -c "print(1)"', 'python -m timeit -s x', 'python -m pdb -c x a.py', 'python -m "$x"', 'python $x', 'node -e x', 'node --eval x', 'node -p 1', 'node --print=1', 'perl -e x', 'perl -ne x', 'perl -pi -e x a', 'perl -E x', 'ruby -e x', 'php -r x', 'lua -e x', 'deno eval x', 'deno task x', 'fish -c x', 'pwsh -Command x', 'echo x | python', 'echo x | python -', 'echo x | node', 'echo x | perl', 'echo x | node /dev/stdin', "awk '{system(\"ls\")}' a", "awk '{print | \"sh\"}'", "awk '{print > \"f\"}'", "awk '{\"ls\" | getline}'", 'awk "$x" a', "awk '@load \"x\"'", 'gawk -l x 1', 'sed -f x a', 'sed "$x" a', "sed '1e ls' a",
    'vim -c :q a', 'vim +x a', 'echo x | ed a', 'emacs --eval x', 'sqlite3 a ".shell ls"', 'echo ".system ls" | sqlite3 a', 'psql -c "\\\\! ls"', 'gdb -ex x a', 'man -P x ls', 'tcpdump -z x', 'socat - EXEC:ls', 'crontab x', 'at now', 'tmux new', 'screen -d', 'm4 x', 'gnuplot x',
  ])('is doubted: %s', (line) => {
    expect(reasonsOf(readLine({ line }))).not.toEqual([])
  })
  it.each([
    'python a.py', 'python -u a.py -c x', 'python -m pytest -x', 'python -m timeit', 'python -V', 'node a.js -e x', 'node --test', 'node --require a b.js', 'perl a.pl', 'ruby a.rb', 'php a.php', 'deno run a.ts', 'echo x | python a.py', 'python', "awk '{print $1}' a", "awk '/a|b/ {print}' a", "awk '$1 || $2' a", "awk '{printf \"%s | > \", $1}' a", 'sed -n 1p a', "sed --sandbox '1e ls' a", 'vim a', 'emacs -nw a', 'sqlite3 a "select 1"', 'psql -c "select 1"', 'gdb a', 'man ls', 'tcpdump -i x', 'socat - TCP:a:1', 'bc',
  ])('is not: %s', (line) => {
    expect(reasonsOf(readLine({ line }))).toEqual([])
  })
})

it.each([
  ['python a.py b.py', ['read a.py']], ['node a.js', ['read a.js']], ['perl a.pl b', ['read a.pl']], ['perl -i a.pl b', ['read a.pl', 'write b']], ['awk 1 a b=c d', ['read a', 'read d']], ['awk -f p a', ['read a', 'read p']], ['awk -v x=1 1 a', ['read a']], ['sed s/a/b/ a b', ['read a', 'read b']], ['sed -e s/a/b/ a', ['read a']], ['sed -i s/a/b/ a', ['read a', 'write a']], ['sed --in-place=.bak s/a/b/ a', ['read a', 'write a']], ["sed 's/a/b/w out' a", ['write out', 'read a']], ["sed '1r in' a", ['read in', 'read a']],
])('%s: %j', (line, expected) => {
  expect(files(line)).toEqual(expected)
})

it('reads what a program does by each of its sides', () => {
  const kinds = (line: string) => readLine({ line }).actions.map(({ kind }) => kind)
  expect([kinds('ftp example.org'), kinds('deno install x'), kinds('deno publish'), kinds('deno run a.ts')]).toEqual([['exec', 'net.request'], ['exec', 'package.install'], ['exec', 'package.publish'], ['exec']])
})

it('knows modules of python that install and publish', () => {
  const kinds = (line: string) => readLine({ line }).actions.map(({ kind }) => kind)
  expect([kinds('python -m pip install x'), kinds('python3 -mpip install x'), kinds('python -m twine upload x'), kinds('python -m twine check x'), kinds('python -m pip list')]).toEqual([['exec', 'package.install'], ['exec', 'package.install'], ['exec', 'package.publish'], ['exec'], ['exec']])
})
