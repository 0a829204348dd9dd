import { describe, expect, it } from 'vitest'
import { pushes, readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const doubts = (line: string) => reasonsOf(readLine({ line }))

describe('what git starts because an argument says so', () => {
  it.each([
    'git bisect run git push', "git submodule foreach 'git push'", 'git submodule foreach --recursive git push', 'git submodule --quiet foreach -q git push', "git rebase -x 'git push' main", "git rebase --exec 'git push' --onto a b", "git filter-branch --tree-filter 'git push' HEAD", "git filter-branch --msg-filter 'git push'", "git difftool -x 'git push'", "git difftool --extcmd='git push'", "git grep -O'git push' x", "git grep --open-files-in-pager='git push' x", "git clone -c core.sshCommand='git push' https://example.org/a", "git fetch --upload-pack 'git push' origin", "git config alias.x '!git push'", 'git config alias.x push', "git config set core.pager 'git push'", "git config core.editor 'git push'", "git -c core.pager='git push' log", "git -c alias.x='!git push' x",
  ])('%s', (line) => {
    expect(pushes(readLine({ line })).length).toBeGreaterThan(0)
  })
  it.each([
    'git bisect start', 'git bisect good', 'git submodule update', 'git rebase main', 'git difftool -t x', 'git grep x', 'git config user.name', 'git config --get alias.x y', 'git config --unset alias.x push', 'git config get core.pager x', 'git config unset core.pager x', 'git config --list', 'git config -l', 'git config -e x y', 'git config --edit x y', 'git config user.name push', 'git init', 'git init -b main', 'git clone --template= https://example.org/a', 'git format-patch --output-directory x', 'git log', 'git diff --stat',
  ])('%s starts nothing', (line) => {
    expect(pushes(readLine({ line }))).toEqual([])
    expect(doubts(line)).toEqual([])
  })
  it.each([
    'git submodule foreach "$x"', 'git rebase -x "$x"', 'git difftool -x "$x"', 'git init --template x', 'git init --template=x', 'git clone --template x https://example.org/a', 'git clone -c "$x" https://example.org/a', 'git fetch --upload-pack "$x"', "git clone 'ext::sh -c x'", 'git fetch ext::x', 'git config alias.x "$y"', 'git config "$x" "$y"', 'git config set "$x" y', 'git diff --output "$x"',
  ])('%s is doubted', (line) => {
    expect(doubts(line)).not.toEqual([])
  })
  it('writes where --output says', () => {
    for (const command of ['diff', 'log', 'show']) expect(readLine({ line: `git ${command} --output=p.patch` }).actions).toContainEqual({ kind: 'file.write', path: '/work/app/p.patch', outbound: false })
  })
})

describe('options before the command', () => {
  const repos = (line: string, gitConfig: Readonly<Record<string, string>> = {}) => pushes(readLine({ line, gitConfig })).map((action) => (action.kind === 'git.push' ? action.repo : ''))
  it.each([
    'git -C sub push', 'git -C "" push', 'git --git-dir g push', 'git --git-dir=g push', 'git --work-tree w push', 'git --namespace n push', 'git --no-pager push', 'git -p push', 'git -c user.name=x push', 'git --config-env user.name=X push', 'git --attr-source HEAD push', 'git -c a.b push', 'GIT_DIR=g git push', 'GIT_WORK_TREE=w git push', 'git --no-pager -C a -C b push', 'git --super-prefix x push',
  ])('%s pushes to the remote of that place', (line) => {
    expect(repos(line)).toEqual(['github.com/acme/app'])
    expect(doubts(line)).toEqual([])
  })
  it.each(['git -C "$x" push', 'git --git-dir "$x" push', 'git --work-tree="$x" push', 'GIT_DIR=$x git push'])('%s pushes somewhere', (line) => {
    expect(repos(line)).toEqual([undefined])
  })
  it.each(['git --exec-path=x push', 'git $x push', 'git "$x" push', 'git -c "$x" push', 'git -c core.sshCommand="$x" push'])('%s is doubted', (line) => {
    expect(doubts(line)).not.toEqual([])
  })
  it('asks about the folder that they name', () => {
    const places = (line: string) => readLine({ line }).followed.filter((key) => key.startsWith('git:'))
    expect([places('git -C sub push'), places('git -C sub -C ../x push'), places('git -C /srv push'), places('git -C sub --git-dir g push'), places('git push')]).toEqual([['git:/work/app/sub'], ['git:/work/app/x'], ['git:/srv'], ['git:/work/app/sub:/work/app/sub/g:'], ['git:/work/app']])
  })
})
