import { describe, expect, it } from 'vitest'
import { pushes, readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const push = (line: string, gitConfig: Readonly<Record<string, string>> = {}) => pushes(readLine({ line, gitConfig }))
const repos = (line: string, gitConfig: Readonly<Record<string, string>> = {}) => push(line, gitConfig).map((action) => (action.kind === 'git.push' ? action.repo : undefined))

describe('where a push goes', () => {
  it.each([
    ['git push', {}, ['github.com/acme/app']],
    ['git push origin', { 'remote.origin.pushurl': 'https://GitHub.com/acme/other.git' }, ['github.com/acme/other']],
    ['git push fork', { 'remote.fork.url': 'ssh://git@example.org:2222/me/app.git/' }, ['example.org:2222/me/app']],
    ['git push', { 'remote.pushdefault': 'fork', 'remote.fork.url': 'gh:me/app', 'url.https://github.com/.insteadof': 'gh:' }, ['github.com/me/app']],
    ['git push', { 'branch.main.pushremote': 'fork', 'remote.pushdefault': 'origin', 'remote.fork.url': '/srv/git/app.git' }, ['/srv/git/app.git']],
    ['git push', { 'branch.main.remote': 'up', 'remote.up.url': 'https://user:secret@example.org/up.git' }, ['example.org/up']],
    ['git push', { 'url.git@push.example.org:.pushinsteadof': 'git@github.com:' }, ['push.example.org/acme/app']],
    ['git push https://example.org/x/y.git main', {}, ['example.org/x/y']],
    ['git push ../other main', {}, ['/work/other']],
    ['git push --repo=../other', {}, ['/work/other']],
    ['git push "$remote" main', {}, [undefined]],
    ['git push nowhere', {}, [undefined]],
    ['git -c remote.origin.url=https://example.org/z push', {}, ['github.com/acme/app', 'example.org/z']],
  ])('%s with %j', (line, gitConfig, expected) => {
    expect(repos(line, gitConfig)).toEqual(expected)
  })
})

describe('what a push does', () => {
  it.each([
    ['git push origin main', [{ ref: 'main', force: false, delete: false, tag: false }]], ['git push', [{ ref: 'main', force: false }]], ['git push origin HEAD:refs/heads/x', [{ ref: 'x' }]], ['git push -f', [{ force: true }]], ['git push origin +a:b c', [{ ref: 'b', force: true }, { ref: 'c', force: false }]],
    ['git push --force-with-lease origin main', [{ force: true }]], ['git push --forc origin main', [{ force: true }]], ['git push origin :old', [{ ref: 'old', delete: true }]], ['git push -d origin old', [{ ref: 'old', delete: true }]], ['git push origin refs/tags/v1', [{ ref: 'v1', tag: true }]], ['git push origin tag v1', [{ ref: 'v1', tag: true }]], ['git push --tags', [{ tag: true }]], ['git push -uf origin main', [{ force: true, ref: 'main' }]], ['git push --mirror', [{ force: true, delete: true, tag: true }]],
  ])('%s', (line, expected) => {
    expect(push(line)).toMatchObject(expected)
    expect(push(line)).toHaveLength(expected.length)
  })
  it('leaves open what is only known at run time', () => {
    const [action] = push('git push $options origin main')
    expect(action).toBeDefined()
    expect(action).not.toHaveProperty('force')
    expect(push('git push origin "$ref"')[0]).not.toHaveProperty('ref')
    expect(push('git push origin $more')[0]).not.toHaveProperty('force')
  })
})

it.each(['git commit -m x', 'git commit -am x', 'git merge topic', 'git cherry-pick a', 'git revert HEAD', 'git rebase main', 'git pull', 'git am < x', 'git commit-tree t'])('%s makes a commit', (line) => {
  expect(readLine({ line }).actions.some(({ kind }) => kind === 'git.commit')).toBe(true)
})
it.each(['git commit --dry-run', 'git merge --abort', 'git merge --squash x', 'git cherry-pick -n a', 'git pull --ff-only', 'git status', 'git stash'])('%s makes none', (line) => {
  expect(readLine({ line }).actions.some(({ kind }) => kind === 'git.commit')).toBe(false)
})

it('says what is fetched, and from where', () => {
  const requests = (line: string, gitConfig = {}) => readLine({ line, gitConfig }).actions.filter(({ kind }) => kind === 'net.request')
  expect(requests('git clone https://example.org/a/b.git')).toEqual([{ kind: 'net.request', scheme: 'https', host: 'example.org', method: 'GET', path: '/a/b', outbound: true }])
  expect(requests('git fetch')).toMatchObject([{ host: 'github.com', scheme: 'ssh' }])
  expect(requests('git pull up main', { 'remote.up.url': 'https://up.example.org/x' })).toMatchObject([{ host: 'up.example.org' }])
  expect(requests('git fetch --all')).toMatchObject([{ host: 'unknown' }])
  expect(requests('git clone ../other')).toEqual([])
})

it.each(['git $x', 'git -c "$x" status', 'git -c core.hooksPath=x commit', 'git -c include.path=x log', 'git --exec-path=/tmp status', 'git config "$x" y', 'git clone --template=t https://example.org/a', 'git clone ext::sh', 'git gui', 'GIT_CONFIG_COUNT=1 git log', 'git -c core.sshCommand="$x" fetch'])('doubts %s', (line) => {
  expect(reasonsOf(readLine({ line }))).not.toEqual([])
})
it.each(['git -c core.pager=cat log', 'git -c color.ui=always diff', 'GIT_PAGER=cat git log', 'GIT_EDITOR=true git rebase --continue', 'git -c core.fsmonitor=false status', 'git -c user.name=x commit -m y', 'git config user.name x', 'git clone --branch main https://example.org/a'])('reads %s', (line) => {
  expect(reasonsOf(readLine({ line }))).toEqual([])
})
