import { expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const requests = (line: string) => readLine({ line }).actions.flatMap((action) => (action.kind === 'net.request' ? [`${action.method ?? '-'} ${action.scheme ?? '-'}://${action.host}${action.port === undefined ? '' : `:${action.port}`}${action.path ?? ''}`] : []))

it.each([
  ['curl https://example.org/a?b=c', 'GET https://example.org/a?b=c'], ['curl -s localhost:3000', 'GET http://localhost:3000/'], ['curl -d a https://example.org', 'POST https://example.org/'], ['curl -F a=b https://example.org/x', 'POST https://example.org/x'], ['curl -T f https://example.org/x', 'PUT https://example.org/x'], ['curl -XDELETE https://example.org/x', 'DELETE https://example.org/x'], ['curl --request PATCH --url https://example.org/x', 'PATCH https://example.org/x'], ['curl -I https://example.org', 'HEAD https://example.org/'], ['curl -G -d a=b https://example.org', 'GET https://example.org/'], ['curl --json {} https://example.org', 'POST https://example.org/'], ['curl "$url"', '- http://unknown'], ['curl "https://example.org/$x"', 'GET https://example.org'], ['curl "https://example.org$x"', 'GET https://unknown'], ['curl "https://$x.example.org/"', 'GET https://unknown'], ['curl https://example.org/$x', '- https://example.org'], ['curl https://user:pw@example.org/', 'GET https://example.org/'], ['curl -X "$m" https://example.org', '- https://example.org/'],
  ['wget https://example.org/x', 'GET https://example.org/x'], ['wget --post-data=a https://example.org/x', 'POST https://example.org/x'], ['http example.org/x a=b', 'POST http://example.org/x'], ['http :3000/x', 'GET http://localhost:3000/x'], ['http PUT example.org', 'PUT http://example.org/'], ['ssh me@example.org uptime', '- ssh://example.org/'], ['scp a me@example.org:/b', 'PUT ssh://example.org/'], ['rsync -a me@example.org:x y', 'GET rsync://example.org/'], ['nc example.org 80', '- tcp://example.org:80/'], ['nc -z localhost 5432', '- tcp://localhost:5432/'],
  ['gh pr view 1', 'GET https://api.github.com/'], ['gh pr merge 1', 'POST https://api.github.com/'], ['gh issue create', 'POST https://api.github.com/'], ['gh api repos/a/b', 'GET https://api.github.com/repos/a/b'], ['gh api -X DELETE repos/a/b', 'DELETE https://api.github.com/repos/a/b'], ['gh api repos/a/b -f x=y', 'POST https://api.github.com/repos/a/b'], ['gh api graphql', 'POST https://api.github.com/graphql'],
] as const)('%s', (line, expected) => {
  expect(requests(line)).toEqual([expected])
})

it('counts the bytes of a body that stands in the line', () => {
  expect(readLine({ line: 'curl -d "é=1" -d b https://example.org' }).actions).toContainEqual({ kind: 'net.request', scheme: 'https', host: 'example.org', outbound: true, method: 'POST', path: '/', bodyBytes: 6 })
})

it.each(['curl -K x https://example.org', 'ssh -o ProxyCommand=x h ls', 'ssh h', 'ssh h "$x"', 'rsync -e x a h:b', 'nc -e sh h 1', 'gh extension exec x', 'gh unheard-of'])('%s is doubted', (line) => {
  expect(reasonsOf(readLine({ line }))).not.toEqual([])
})
