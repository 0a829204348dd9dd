import { expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const effects = (line: string) => readLine({ line }).actions.slice(1).map((action) => {
  if (action.kind === 'net.request') return `${action.method ?? '-'} ${action.host}${action.path ?? ''}`
  return action.kind === 'git.push' ? `push${action.tag === true ? ` tag ${action.ref ?? '?'}` : ''}` : action.kind === 'exec' ? action.command : action.kind
})
const [get, post] = ['GET api.github.com/', 'POST api.github.com/']

it.each([
  ['gh', []], ['gh --repo a/b pr list', [get]], ['gh pr', []], ['gh pr checks 1', [get]], ['gh pr close 1', [post]], ['gh search code x', [get]], ['gh status', [get]], ['gh browse', [get]], ['gh config set a b', []], ['gh auth status', []], ['gh auth login', [post]], ['gh help', []], ['gh extension list', []], ['gh secret set X', [post]], ['gh codespace list', [get]],
  ['gh pr create', [post, 'push']], ['gh pr new', [post, 'push']], ['gh pr create --dry-run', [post]], ['gh pr create --web', [post]], ['gh pr create -w', [post]], ['gh pr create --head x', [post]], ['gh pr create -H x', [post]], ['gh pr create -t x -b y', [post, 'push']], ['gh issue create', [post]], ['gh repo create x', [post]], ['gh repo create x --push', [post, 'push']], ['gh repo sync', [post, 'push']], ['gh repo view', [get]],
  ['gh release create v1', [post, 'push tag v1']], ['gh release new', [post, 'push tag ?']], ['gh release create --title x v1', [post, 'push tag v1']], ['gh release list', [get]],
  ['gh api repos/a', ['GET api.github.com/repos/a']], ['gh api /repos/a', ['GET api.github.com/repos/a']], ['gh api -X put /a', ['PUT api.github.com/a']], ['gh api --method delete /a', ['DELETE api.github.com/a']], ['gh api /a --input f', ['POST api.github.com/a']], ['gh api /a -F x=y', ['POST api.github.com/a']], ['gh api /a --field x=y', ['POST api.github.com/a']], ['gh api --hostname h.org /a', ['GET h.org/a']], ['gh api --hostname "$x" /a', ['GET unknown/a']], ['gh api "$x"', ['- api.github.com']], ['gh api $x', ['- api.github.com']], ['gh api -X "$x" /a', ['- api.github.com/a']],
  ['hub pull-request', ['POST api.github.com']], ['hub pull-request -p', ['POST api.github.com', 'push']], ['hub pull-request --push', ['POST api.github.com', 'push']], ['hub issue', ['GET api.github.com']], ['hub issue show 1', ['GET api.github.com']], ['hub pr list', ['GET api.github.com']], ['hub issue create', ['POST api.github.com']], ['hub push', ['push']], ['hub status', []],
])('%s', (line, expected) => {
  expect(effects(line)).toEqual(expected)
})

it('reads an alias that it makes as if it ran', () => {
  expect(effects('gh alias set x "pr create"')).toContain('push')
  expect(effects("gh alias set x --shell '!git push'")).toContain('push')
  expect([effects('gh alias list'), effects('gh alias delete x')]).toEqual([[], []])
})

it.each(['gh $x', 'gh pr $x', 'gh unheard', 'gh extension install a/b', 'gh ext exec x', 'gh alias set x "$y"', 'gh codespace ssh', 'gh cs code'])('%s is doubted', (line) => {
  expect(reasonsOf(readLine({ line }))).not.toEqual([])
})
