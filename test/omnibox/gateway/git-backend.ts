import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** git's own server program behind Basic auth: `/<name>.git/…` under a folder of bare repositories. Nobody gets in without the password. */
export function gitBackend(folder: string, login: { readonly user: string; readonly password: string }): RequestListener {
  const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  return (request, response) => {
    if (request.headers.authorization === wanted) runBackend(folder, login.user, request, response)
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('who are you?')
  }
}

const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend')

/** CGI (RFC 3875): the request in variables and standard input; the answer's head as header lines with `Status`. */
function runBackend(folder: string, user: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const { headers } = request
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'ignore'], env: {
    GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '1', REMOTE_USER: user, PATH_INFO: decodeURIComponent(path), QUERY_STRING: query, REQUEST_METHOD: request.method ?? 'GET', PATH: '/usr/bin:/bin',
    CONTENT_TYPE: headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '', ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }), ...(typeof headers['git-protocol'] === 'string' ? { GIT_PROTOCOL: headers['git-protocol'] } : {}),
  } })
  child.stdin.on('error', () => undefined) // It may end before it has read everything.
  request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    const lines = head.toString('latin1', 0, end).split('\r\n').map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
    const status = lines.find(([name]) => name.toLowerCase() === 'status')?.[1]
    response.writeHead(Number(status?.slice(0, 3) ?? 200), Object.fromEntries(lines.filter(([name]) => name.toLowerCase() !== 'status')))
    if (head.length > end + 4) response.write(head.subarray(end + 4))
  })
  child.on('close', () => response.end())
}
