import { describe, expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const commands = (line: string) => readLine({ line }).actions.flatMap((action) => (action.kind === 'exec' ? [(action.argv ?? [...action.prefix ?? [], '…']).join(' ')] : []))
const folderOf = (line: string) => readLine({ line }).actions.flatMap((action) => (action.kind === 'exec' ? [action.cwd] : [])).at(-1)

describe('programs that start the command after their options', () => {
  it.each([
    'sudo -u root -E', 'sudo -nH', 'sudo A=b C=d', 'doas -u root', 'nohup', 'nice -n 5', 'nice -5', 'nice', 'ionice -c 3', 'timeout 5', 'timeout -k 5 10', 'timeout --signal KILL --foreground 5s', 'time -p', '/usr/bin/time -f %e', 'stdbuf -oL -e 0', 'setsid -w', 'chrt -f 5', 'taskset 0x3', 'numactl -N 0', 'setarch x86_64', 'unshare -n', 'nsenter -t 5 -m', 'chroot /x', 'strace -f -o log', 'ltrace -o log', 'valgrind --tool=x', 'gosu me', 'tini --', 'dumb-init', 'xvfb-run -a',
    'busybox', 'cross-env A=b', 'dotenv -e .env', 'systemd-run --user --unit x', 'direnv exec .', 'env', 'env A=b', 'env -i A=b', 'env -u X', 'env - A=b', 'env -S "A=b"', 'watch -x', 'flock lock', 'flock -w 5 lock', 'script -q /dev/null', 'perf stat -e x', 'runuser -u me', 'sudo nice env A=b timeout 5',
  ])('%s npm publish', (wrapper) => {
    expect(commands(`${wrapper} npm publish`).at(-1)).toBe('npm publish')
    expect(readLine({ line: `${wrapper} npm publish` }).actions.filter(({ kind }) => kind === 'package.publish')).toHaveLength(1)
    expect(reasonsOf(readLine({ line: `${wrapper} npm publish` }))).toEqual([])
  })
  it.each([
    ['watch -n 5', 'npm publish'], ['flock lock -c', "'npm publish'"], ['flock lock --command', "'npm publish'"], ['env -S', "'npm publish'"], ["env -S 'npm' ", 'publish'], ['su -c', "'npm publish'"], ['su me --command', "'npm publish'"], ['sg staff -c', "'npm publish'"], ['sg staff', "'npm publish'"], ['script -c', "'npm publish'"], ['entr -s', "'npm publish'"], ['entr', 'npm publish'], ['entr -r', 'npm publish'],
  ])('%s %s', (wrapper, rest) => {
    expect(readLine({ line: `${wrapper} ${rest}` }).actions.filter(({ kind }) => kind === 'package.publish')).toHaveLength(1)
  })
  it.each(['sudo', 'sudo -v', 'timeout 5', 'env', 'env -u X', 'nice', 'env A=b', 'flock lock', 'direnv allow', 'perf report', 'busybox'])('%s alone starts nothing', (line) => {
    expect(readLine({ line }).actions).toHaveLength(1)
    expect(reasonsOf(readLine({ line }))).toEqual([])
  })
  it.each(['sudo -s', 'sudo -i', 'sudo --login', 'sudo -e f', 'sudo --edit f', 'chroot /x', 'unshare -n', 'nsenter -t 1 -m', 'su', 'su me', 'newgrp staff', 'script', 'script log', 'parallel', 'timeout $x ls', 'flock $x ls', 'env -S "$x"', "env -S 'echo $HOME'", "env -S 'a; b'", 'su -c "$x"', 'parallel "npm publish; {}" ::: a', 'find . -fprint "$x"', 'find $x'])('%s is doubted', (line) => {
    expect(reasonsOf(readLine({ line }))).not.toEqual([])
  })
  it('may name the folder of the command', () => {
    expect([folderOf('sudo -D src ls'), folderOf('sudo --chdir=src ls'), folderOf('env -C src ls'), folderOf('env --chdir "$x" ls'), folderOf('unshare -w src ls'), folderOf('systemd-run --working-directory=src ls'), folderOf('sudo ls'), folderOf('sudo -D "$x" ls')]).toEqual(['/work/app/src', '/work/app/src', '/work/app/src', undefined, '/work/app/src', '/work/app/src', '/work/app', undefined])
  })
  it('give it the values that they set', () => {
    expect(commands("env A=b bash -c 'echo $A'").at(-1)).toBe('echo b')
    expect(commands("env 'A=$x' A=\"$y\" bash -c 'echo $A'").at(-1)).toBe('echo …')
  })
})

describe('a flag that begins like an option with a value', () => {
  it.each(['sudo --login', 'strace --summary', 'parallel --tag', 'parallel --semaphore'])('takes nothing of the command: %s git push', (wrapper) => {
    expect(readLine({ line: `${wrapper} git push ::: a` }).actions.filter(({ kind }) => kind === 'git.push')).toHaveLength(1)
  })
  it.each(['tini -e 143', 'dumb-init -r 15:3', 'dumb-init --rewrite 15:3', 'fakeroot -s save', 'dbus-run-session --config-file x', 'parallel -W dir', 'systemd-run --nice 5', 'systemd-run -M box', 'systemd-run --service-type exec', 'systemd-run --on-active 5', 'setpriv --selinux-label x', 'setpriv --apparmor-profile x', 'xargs --process-slot-var X', 'parallel --halt now', 'parallel --load 5', 'parallel --memfree 1G', 'parallel --nice 5', 'docker run --health-interval 5s image', 'docker run --stop-timeout 5 image'])('is not mistaken for one: %s git push', (wrapper) => {
    expect(readLine({ line: `${wrapper} git push` }).actions.filter(({ kind }) => kind === 'git.push')).toHaveLength(1)
  })
})

describe('xargs', () => {
  it.each([
    ['echo a b | xargs rm', 'rm a b'], ['xargs', 'echo …'], ['ls | xargs rm', 'rm …'], ['echo a | xargs -n 1 rm', 'rm …'], ['echo a | xargs -0 rm', 'rm …'], ['echo "a\'b" | xargs rm', 'rm …'], ['ls | xargs -I{} mv {} dir', 'mv …'], ['ls | xargs -I X mv aXb dir', 'mv …'], ['ls | xargs -i mv dir {}', 'mv dir …'], ['ls | xargs -I{} rm fixed', 'rm fixed'], ['ls | xargs -iX rm X', 'rm …'], ['ls | xargs --replace rm {}', 'rm …'],
  ])('%s', (line, command) => {
    expect(commands(line).at(-1)).toBe(command)
  })
})

describe('find and its like', () => {
  it.each([
    ['find . -exec npm publish \\;', 'npm publish'], ['find . -name x -exec rm {} \\;', 'rm …'], ['find . -exec rm -f {} +', 'rm -f …'], ['find . -ok npm publish \\; -print', 'npm publish'], ['find . -execdir npm publish \\;', 'npm publish'], ['find . -exec echo + x \\;', 'echo + x'], ['fd x -x npm publish', 'npm publish …'], ['fd x --exec-batch rm', 'rm …'], ['parallel rm ::: a b', 'rm …'], ['parallel rm {} ::: a', 'rm …'],
  ])('%s', (line, command) => {
    expect(commands(line).at(-1)).toBe(command)
  })
  it('starts each of several, in a folder that is not known where it is that of the file', () => {
    expect(commands('find . -exec a \\; -exec b \\;')).toEqual([expect.any(String), 'a', 'b'])
    expect([folderOf('find . -exec ls \\;'), folderOf('find . -execdir ls \\;')]).toEqual(['/work/app', undefined])
    expect([commands('find . -name x'), commands('fd x')].map((each) => each.length)).toEqual([1, 1])
  })
  it('writes where it is told', () => {
    expect(readLine({ line: 'find . -fprint out -fls list' }).actions.slice(1)).toMatchObject([{ kind: 'file.write', path: '/work/app/out' }, { kind: 'file.write', path: '/work/app/list' }])
    expect(readLine({ line: 'script log npm publish' }).actions).toContainEqual({ kind: 'file.write', path: '/work/app/log', outbound: false })
    expect(readLine({ line: 'script /dev/null npm publish' }).actions.filter(({ kind }) => kind === 'file.write')).toEqual([])
  })
})
