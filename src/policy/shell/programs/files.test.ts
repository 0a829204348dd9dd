import { expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const files = (line: string) => readLine({ line }).actions.flatMap((action) => ('path' in action && action.kind.startsWith('file.') ? [`${action.kind.slice(5)} ${action.path?.replace('/work/app/', '')}`] : []))

it.each([
  ['cat a b', ['read a', 'read b']], ['cat ~/.ssh/id_rsa', ['read /home/me/.ssh/id_rsa']], ['cat "$HOME/.ssh/id_rsa" ${HOME}/x', ['read /home/me/.ssh/id_rsa', 'read /home/me/x']], ['cat ../../etc/./passwd', ['read /etc/passwd']], ['cat src/*.ts', ['read src/*.ts']], ['cat */x "$y"', []], ['head -n 3 a', ['read a']], ['tail -c 3 -f a', ['read a']], ['grep -r x src', ['read src']], ['grep -e x -f p a', ['read a', 'read p']], ['rg x', []], ['sed -n 1p a', ['read a']], ['awk -F: "{print}" a', ['read a']], ['sort a -o b', ['read a', 'write b']],
  ['cp a b', ['read a', 'write b']], ['cp a b dir', ['read a', 'read b', 'write dir/a', 'write dir/b']], ['cp -t dir a', ['read a', 'write dir/a']], ['cp a/b dir/', ['read a/b', 'write dir/b']], ['mv a b', ['read a', 'delete a', 'write b']], ['rm -rf a b/', ['delete a', 'delete b']], ['rm *.log', ['delete *.log']], ['unlink a', ['delete a']], ['mkdir a', []], ['touch a', ['write a']], ['tee -a a b', ['write a', 'write b']], ['dd if=a of=b bs=1', ['read a', 'write b']], ['dd of=~/x', ['write /home/me/x']], ['ln -sf a b', ['write b']], ['truncate -s 0 a', ['write a']], ['sed -i s/a/b/ x', ['read x', 'write x']], ['sed -i.bak -e s/a/b/ x', ['read x', 'write x']], ["sed -n 's/a/b/w out' x", ['write out', 'read x']], ["perl -i -pe 's/a/b/' x", ['write x']], ['install -m 755 a b', ['read a', 'write b']],
  ['tar czf o.tgz d', ['write o.tgz', 'read d']], ['tar -xf a.tar', ['read a.tar']], ['gzip a', ['read a', 'delete a']], ['curl -o x https://example.org', ['write x']], ['curl -O https://example.org/a/b.tgz?c', ['write b.tgz']], ['wget https://example.org/b.tgz', ['write b.tgz']], ['wget -O- https://example.org', []], ['curl -d @a https://example.org', ['read a']], ['curl -F f=@a https://example.org', ['read a']], ['curl -T a https://example.org', ['read a']], ['scp a h:b', ['read a']], ['rsync -a a/ b/', ['read a', 'write b']], ['ssh h cat /etc/passwd', []], ['docker exec c rm /x', []], ['cd sub && rm a', ['delete sub/a']], ['sudo rm a', ['delete a']], ['for f in a b; do rm $f; done', ['delete a', 'delete b']], ['echo a | tee b', ['write b']], ['xargs rm', []], ['echo a b | xargs rm', ['delete a', 'delete b']], ['git diff --output=x', ['write x']], ['python x.py', ['read x.py']],
])('%s', (line, expected) => {
  expect(files(line)).toEqual(expected)
})

it.each(['cp a "$x"', 'tee "$x"', 'dd of=$x', 'curl -o "$x" https://example.org', 'mv a $x', 'sed -i "$x" a', 'touch "$x"'])('%s is doubted', (line) => {
  expect(reasonsOf(readLine({ line }))).not.toEqual([])
})
