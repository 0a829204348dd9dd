import { describe, expect, it } from 'vitest'
import { pushes, readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const files = { 'x.sh': 'git push', 'say.sh': 'echo "$1"' }
const commands = (line: string) => readLine({ line, files }).actions.flatMap((action) => (action.kind === 'exec' ? [(action.argv ?? [...action.prefix ?? [], '…']).join(' ')] : []))

describe('a shell', () => {
  it.each([
    "bash -c 'git push'", "sh -ec 'git push'", "bash -o pipefail -c 'git push'", "bash -eo pipefail -c 'git push'", "bash +e -c 'git push'", "zsh --login -c 'git push'", 'bash x.sh', 'bash -e x.sh', 'bash -- x.sh', 'bash - x.sh', './x.sh', 'bash < x.sh', "bash -s <<< 'git push'", "echo 'git push' | sh", "echo 'git push' | bash /dev/stdin", "echo 'git push' | bash -s a b", "bash <<'E'\ngit push\nE", 'source x.sh', '. ./x.sh', "dash -c 'git push' a b",
  ])('runs what it is given: %s', (line) => {
    expect(pushes(readLine({ line, files }))).toHaveLength(1)
    expect(reasonsOf(readLine({ line, files }))).toEqual([])
  })
  it.each(['bash --version', 'bash --help', 'bash -n x.sh', "bash -nc 'git push'", 'bash -c'])('runs nothing: %s', (line) => {
    expect(pushes(readLine({ line, files }))).toEqual([])
    expect(reasonsOf(readLine({ line, files }))).toEqual([])
  })
  it.each(['bash', 'sh -i', 'bash -c "$x"', 'bash "$x"', 'bash missing.sh', 'bash --rcfile x -i', 'bash --init-file x', 'bash <(curl https://example.org)', 'some-tool | sh', 'some-tool | bash -s', 'some-tool | bash /dev/stdin', 'bash /proc/self/fd/0'])('is doubted: %s', (line) => {
    expect(reasonsOf(readLine({ line, files }))).not.toEqual([])
  })
  it('gives its text and its scripts the words that follow', () => {
    expect([commands("bash -c 'echo $1 $2' name a b").at(-1), commands('bash say.sh a').at(-1), commands("bash -s a b <<< 'echo $2'").at(-1), commands('./say.sh "a b"').at(-1)]).toEqual(['echo a b', 'echo a', 'echo b', 'echo a b'])
  })
  it('says which script it reads', () => {
    expect(readLine({ line: 'bash x.sh', files }).actions).toContainEqual({ kind: 'file.read', path: '/work/app/x.sh', outbound: false })
    expect(reasonsOf(readLine({ line: 'bash missing.sh', files }))[0]).toContain('the script /work/app/missing.sh cannot be read')
  })
})
