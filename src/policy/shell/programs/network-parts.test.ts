import { describe, expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'
import { dynamicArg, knownArg } from '../arg.ts'
import { requestOf } from './network.ts'

const text = (action: ReturnType<typeof requestOf>) => `${action.method ?? '-'} ${action.scheme ?? '-'}://${action.host}${action.port === undefined ? '' : `:${action.port}`}${action.path ?? ''}`
const requests = (line: string) => readLine({ line }).actions.flatMap((action) => (action.kind === 'net.request' ? [text(action)] : []))
const files = (line: string) => readLine({ line }).actions.flatMap((action) => ('path' in action && action.kind.startsWith('file.') ? [`${action.kind.slice(5)} ${action.path?.replace('/work/app/', '') ?? ''}`] : []))

describe('an address', () => {
  it.each([
    ['https://Example.org', 'https://example.org/'], ['HTTPS://example.org/a?b#c', 'https://example.org/a?b'], ['example.org', 'http://example.org/'], ['example.org:8080/x', 'http://example.org:8080/x'], ['https://me:pw@example.org/x', 'https://example.org/x'], ['http://[::1]:80/x', 'http://[::1]:80/x'], ['https://example.org?x=/y', 'https://example.org/'], ['https://example.org#x', 'https://example.org/'], ['ftp://example.org/x', 'ftp://example.org/x'], ['', 'http://unknown'], ['https://{a,b}.org/x', 'https://unknown'], ['https://a*.org/x', 'https://unknown'],
  ])('%s: %s', (address, expected) => {
    expect(text(requestOf(knownArg(address), undefined))).toBe(`- ${expected}`)
  })
  it('is certain as far as it is known beforehand', () => {
    const partly = (prefix: string) => text(requestOf(dynamicArg(`${prefix}$x`, { prefix }), 'get'))
    expect([partly('https://example.org/'), partly('https://example.org/a/'), partly('https://example.org'), partly('https://'), partly('')]).toEqual(['GET https://example.org', 'GET https://example.org', 'GET https://unknown', 'GET https://unknown', 'GET http://unknown'])
  })
})

describe('curl', () => {
  it.each([
    ['curl a.org b.org', ['GET http://a.org/', 'GET http://b.org/']], ['curl -x proxy.org:3128 a.org', ['- http://proxy.org:3128/', 'GET http://a.org/']], ['curl --proxy proxy.org a.org', ['- http://proxy.org/', 'GET http://a.org/']], ['curl -X "$x" a.org', ['- http://a.org/']], ['curl $x a.org', ['- http://unknown', '- http://a.org/']], ['curl --head a.org', ['HEAD http://a.org/']], ['curl -sSLfo x a.org', ['GET http://a.org/']], ['curl --get -d a a.org', ['GET http://a.org/']], ['curl -d a -T f a.org', ['PUT http://a.org/']], ['curl -Id a a.org', ['POST http://a.org/']], ['curl "http://a.org/?x=*"', ['GET http://a.org/?x=*']], ['curl http://a.org/?x=1', ['GET http://a.org/?x=1']], ['curl --data-urlencode a=b a.org', ['POST http://a.org/']], ['curl', []],
  ])('%s', (line, expected) => {
    expect(requests(line)).toEqual(expected)
  })
  it('knows how much it sends, where the line says so', () => {
    const size = (line: string) => readLine({ line }).actions.flatMap((action) => (action.kind === 'net.request' ? [action.bodyBytes] : []))
    expect([size('curl -d abc a.org'), size('curl -d a -d b a.org'), size('curl -d @f a.org'), size('curl -d "$x" a.org'), size('curl -F a=@f a.org'), size('curl a.org'), size('curl -d a -d @f a.org')]).toEqual([[3], [3], [undefined], [undefined], [undefined], [undefined], [undefined]])
  })
  it.each([
    ['curl -d @a a.org', ['read a']], ['curl --data-binary @a a.org', ['read a']], ['curl -F "x=@a;type=b" a.org', ['read a']], ['curl -F x=<a a.org', ['read a']], ['curl -d a@b a.org', []], ['curl -d @- a.org', []], ['curl -T a a.org', ['read a']], ['curl -o a a.org', ['write a']], ['curl --output a a.org', ['write a']], ['curl -o - a.org', []], ['curl -O http://a.org/x/y.tgz?z', ['write y.tgz']], ['curl --remote-name-all a.org/a a.org/b', ['write a', 'write b']], ['curl -O --output-dir d a.org/y', ['write d/y']], ['curl --output-dir d -o /srv/y a.org', ['write /srv/y']], ['curl -D h -c j a.org', ['write h', 'write j']], ['curl -o /dev/null a.org', []],
  ])('%s: %j', (line, expected) => {
    expect(files(line).toSorted()).toEqual(expected.toSorted())
  })
})

describe('wget', () => {
  it.each([
    ['wget a.org/x', ['GET http://a.org/x'], ['write x']], ['wget https://a.org/', ['GET https://a.org/'], ['write index.html']], ['wget -P d a.org/x', ['GET http://a.org/x'], ['write d/x']], ['wget -O y a.org/x', ['GET http://a.org/x'], ['write y']], ['wget -qO- a.org/x', ['GET http://a.org/x'], []], ['wget --spider a.org/x', ['HEAD http://a.org/x'], []], ['wget --method=PUT --body-file f a.org/x', ['PUT http://a.org/x'], ['read f', 'write x']], ['wget --post-file f a.org/x', ['POST http://a.org/x'], ['read f', 'write x']], ['wget --body-data x a.org/x', ['POST http://a.org/x'], ['write x']], ['wget -r a.org/x', ['GET http://a.org/x'], []], ['wget -m a.org/x', ['GET http://a.org/x'], []], ['wget http://a.org/x?y', ['GET http://a.org/x?y'], ['write x']],
  ])('%s', (line, wanted, written) => {
    expect([requests(line), files(line).toSorted()]).toEqual([wanted, written])
  })
})

describe('other programs that reach hosts', () => {
  it.each([
    ['http a.org', ['GET http://a.org/']], ['http POST a.org', ['POST http://a.org/']], ['http a.org x==1', ['GET http://a.org/']], ['http a.org x:=1', ['POST http://a.org/']], ['http a.org x@f', ['POST http://a.org/']], ['http a.org X-A:b', ['GET http://a.org/']], ['https a.org', ['GET https://a.org/']], ['http :/x', ['GET http://localhost/x']], ['http :3000', ['GET http://localhost:3000/']], ['http', []], ['http -a me:pw PUT a.org', ['PUT http://a.org/']],
    ['ssh -p 2222 me@a.org ls', ['- ssh://a.org:2222/']], ['ssh -N -L 1:b:2 a.org', ['- ssh://a.org/']], ['ssh -V', []], ['scp a b me@h.org:', ['PUT ssh://h.org/']], ['scp h.org:a .', ['GET ssh://h.org/']], ['scp -P 22 h.org:a k.org:b', ['GET ssh://h.org/', 'PUT ssh://k.org/']], ['scp a b', []], ['rsync a rsync://h.org/x', ['PUT rsync://h.org/x']], ['rsync -e ssh a h.org:b', ['PUT rsync://h.org/']], ['rsync "$x" b', ['- rsync://unknown']], ['sftp me@h.org', ['- ssh://h.org/']], ['sftp', ['- ssh://unknown/']],
    ['nc -l 80', []], ['nc', []], ['nc h.org', ['- tcp://h.org/']], ['nc h.org x', ['- tcp://h.org/']], ['telnet h.org 23', ['- telnet://h.org:23/']], ['ping -c 1 h.org', ['- ping://h.org/']], ['dig h.org', ['- dig://h.org/']], ['aws s3 ls', ['- https://unknown']], ['terraform apply', ['- https://unknown']], ['lftp x', ['- ftp://unknown']],
  ])('%s', (line, expected) => {
    expect(requests(line).map((each) => (each.includes('unknown') ? each.replace(/\/$/, '') : each))).toEqual(expected.map((each) => (each.includes('unknown') ? each.replace(/\/$/, '') : each)))
  })
  it.each([
    ['scp a h.org:', ['read a']], ['scp h.org:a b', ['write b']], ['rsync -n h.org:a b', []], ['rsync --dry-run h.org:a b', []], ['rsync a b/', ['read a', 'write b']],
  ])('%s: %j', (line, expected) => {
    expect(files(line)).toEqual(expected)
  })
  it.each(['curl -o "$x" a.org', 'curl --config f', 'wget -i f', 'wget -e x a.org', 'ssh', 'ssh h', 'ssh -o "ProxyCommand x" h ls', 'ssh -o "$x" h ls', 'ssh -F f h ls', 'ssh -S c h ls', 'ssh h "$x"', 'scp -o LocalCommand=x a h:', 'rsync -e "sh -c x" a h:', 'rsync --rsh="ssh -o ProxyCommand=x" a h:', 'rsync --rsync-path=x a h:', 'rsync h:a "$x"', 'nc -e sh h 1', 'nc -c sh h 1', 'ncat --exec sh h 1', 'ncat --sh-exec x h 1', 'lftp x', 'echo "$x" | ssh h'])('%s is doubted', (line) => {
    expect(reasonsOf(readLine({ line }))).not.toEqual([])
  })
  it.each(['ssh -N h', 'ssh -O exit h', 'ssh -O exit -S c h', 'ssh -o BatchMode=yes h ls', 'rsync -e "ssh -p 22" a h:', 'rsync -e ssh a h:', "ssh h <<< 'ls'", 'nc h 1', 'scp a h:'])('%s is not', (line) => {
    expect(reasonsOf(readLine({ line }))).toEqual([])
  })
  it('read what a shell on another machine is told, and none of its files', () => {
    expect(readLine({ line: 'ssh h cat /etc/passwd "&&" git push' }).actions.map(({ kind }) => kind).toSorted()).toEqual(['exec', 'exec', 'exec', 'git.push', 'net.request'])
    expect(readLine({ line: "echo 'git push' | ssh h" }).actions.some(({ kind }) => kind === 'git.push')).toBe(true)
  })
})
