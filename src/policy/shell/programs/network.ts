import type { Action } from '../../../spec/actions.ts'
import { type Arg, knownArg, restOf, textsOf } from '../arg.ts'
import { act, type Call, type Effect, opaque, type ProgramReader } from '../call.ts'
import { readsOf, writesOf } from './files.ts'
import { has, type Options, readOptions, valueOf, valuesOf } from './options.ts'

type Request = Action & { readonly kind: 'net.request' }

/** The parts of an address as far as they are known; the host `unknown` when it is not. */
export function requestOf(address: Arg, method: string | undefined, scheme = 'http'): Request {
  const [text, prefix] = [addressText(address), addressText(address) ?? address.prefix]
  const [, named] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(prefix) ?? []
  const [, host, port, path] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s]+)(?::(\d+))?([/?#][\s\S]*)?$/i.exec(text ?? prefix) ?? []
  // With a part only known at run time the host is certain only when something follows it.
  const isKnown = host !== undefined && (text !== undefined || path !== undefined) && !/[{}[\]*$]/.test(host.replace(/^\[[\d:a-f.]+\]$/i, ''))
  return {
    kind: 'net.request', scheme: (named ?? scheme).toLowerCase(), host: isKnown ? host.toLowerCase() : 'unknown', outbound: true,
    ...(isKnown && port !== undefined ? { port: Number(port) } : {}), ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(isKnown && text !== undefined ? { path: path?.startsWith('/') === true ? path.replace(/#.*$/s, '') : '/' } : {}),
  }
}

/** `?` in an address is a glob to the shell, which stays as written: no file is called like that. */
const addressText = ({ text, glob }: Arg): string | undefined => text ?? (glob?.includes('://') === true ? glob : undefined)

const curlShape = {
  values: 'AbcCdDeEFhHKmoPQrTtuUwxXyYz', longValues: ['request', 'data', 'data-raw', 'data-binary', 'data-ascii', 'data-urlencode', 'json', 'form', 'form-string', 'upload-file', 'output', 'output-dir', 'header', 'user', 'user-agent', 'url', 'cookie', 'cookie-jar', 'config', 'connect-timeout', 'max-time', 'retry', 'retry-delay', 'retry-max-time', 'proxy', 'cacert', 'cert', 'key', 'referer', 'write-out', 'resolve', 'connect-to', 'unix-socket', 'interface', 'limit-rate', 'max-redirs', 'dump-header', 'range', 'url-query', 'oauth2-bearer', 'ciphers', 'proto', 'trace', 'trace-ascii', 'stderr', 'netrc-file', 'aws-sigv4', 'noproxy', 'variable', 'expand-data', 'expand-url'],
  longFlags: ['compressed', 'silent', 'show-error', 'fail', 'location', 'include', 'head', 'insecure', 'verbose', 'get', 'progress-bar', 'remote-name', 'fail-with-body', 'ipv4', 'ipv6', 'http1.1', 'http2', 'no-buffer', 'remote-name-all', 'parallel', 'create-dirs', 'retry-connrefused', 'retry-all-errors', 'proto-default', 'junk-session-cookies', 'tlsv1.2', 'tlsv1.3', 'globoff', 'path-as-is', 'anyauth', 'basic', 'digest', 'netrc', 'remote-time', 'remote-header-name', 'raw', 'styled-output', 'ssl-reqd', 'tcp-nodelay', 'ca-native', 'doh-url', 'help', 'version', 'manual'],
} as const

/** @see curl(1) */
const curl: ProgramReader = (call) => {
  const options = readOptions(call.args, curlShape)
  const config: readonly Effect[] = has(options, 'K', 'config') ? [opaque('its options are in a file')] : []
  const bodies = valuesOf(options, 'd', 'data', 'data-raw', 'data-binary', 'data-ascii', 'data-urlencode', 'json', 'F', 'form', 'form-string')
  const uploads = valuesOf(options, 'T', 'upload-file')
  const named = valueOf(options, 'X', 'request')
  const method = named !== undefined ? named.text : has(options, 'G', 'get') ? 'GET' : uploads.length > 0 ? 'PUT' : bodies.length > 0 ? 'POST' : has(options, 'I', 'head') ? 'HEAD' : options.unsure ? undefined : 'GET'
  const addresses = [...options.operands, ...valuesOf(options, 'url', 'expand-url')]
  const size = bodies.every(({ text }) => text !== undefined && !/^[^=]*=?[@<]/.test(text)) && bodies.length > 0 ? bodies.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, bodies.length - 1) : undefined
  const proxy = valueOf(options, 'x', 'proxy')
  return [
    ...config, ...(proxy === undefined ? [] : [act(requestOf(proxy, undefined))]),
    ...addresses.map((address) => act({ ...requestOf(address, method), ...(size === undefined ? {} : { bodyBytes: size }) })),
    ...readsOf(call, [...bodies.flatMap(fileOfBody), ...valuesOf(options, 'data-urlencode').flatMap(fileOfEncoded), ...uploads]), ...outputs(call, options, addresses),
  ]
}

/** `@file` and `name=@file` send a file. */
function fileOfBody(body: Arg): readonly Arg[] {
  const [mark] = /^(?:[\w.-]+=)?[@<](?=.)/.exec(body.prefix) ?? []
  return mark === undefined || body.text === undefined ? [] : [knownArg((restOf(body, mark.length).text ?? '').split(';')[0] ?? '')]
}

/** `name@file`: its text is sent encoded. */
const fileOfEncoded = ({ text }: Arg): readonly Arg[] => {
  const [, file] = /^[^@=]+@(.+)$/s.exec(text ?? '') ?? []
  return file === undefined ? [] : [knownArg(file)]
}

/** What `-o`, `-O` and their like name. */
function outputs(call: Call, options: Options, addresses: readonly Arg[]): readonly Effect[] {
  const named = valuesOf(options, 'o', 'output', 'O', 'output-document', 'D', 'dump-header', 'c', 'cookie-jar')
  const remote = call.name === 'curl' && has(options, 'O', 'remote-name', 'remote-name-all') ? addresses : []
  const folder = valueOf(options, 'output-dir')
  const into = (name: string) => knownArg(folder?.text === undefined || name.startsWith('/') ? name : `${folder.text}/${name}`)
  const targets = [...named.map((arg) => (arg.text === undefined ? arg : into(arg.text))), ...remote.map((address) => (addressText(address) === undefined ? address : into((addressText(address) ?? '').replace(/[?#].*$/, '').split('/').at(-1) ?? '')))]
  return targets.flatMap((target) => (target.text === undefined ? [opaque('it writes to a file that is only known at run time')] : target.text === '-' ? [] : writesOf(call, [target])))
}

const wget: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'OPoaeitTwQUAlRDXI', longValues: ['output-document', 'directory-prefix', 'output-file', 'append-output', 'execute', 'input-file', 'tries', 'timeout', 'header', 'user-agent', 'post-data', 'post-file', 'method', 'body-data', 'body-file', 'user', 'password', 'level', 'accept', 'reject', 'use-askpass', 'referer', 'load-cookies', 'save-cookies', 'limit-rate', 'ca-certificate'], longFlags: ['output'] })
  const method = valueOf(options, 'method')?.text ?? (has(options, 'post-data', 'post-file', 'body-data', 'body-file') ? 'POST' : has(options, 'spider') ? 'HEAD' : 'GET')
  const hidden: readonly Effect[] = has(options, 'use-askpass', 'e', 'execute', 'i', 'input-file') ? [opaque('its options or addresses are elsewhere')] : []
  const named = outputs(call, options, [])
  const folder = valueOf(options, 'P', 'directory-prefix')
  const implied = named.length > 0 || has(options, 'spider', 'r', 'recursive', 'm', 'O') ? [] : options.operands.map(addressText).flatMap((text) => (text === undefined ? [] : writesOf(call, [knownArg(`${folder?.text ?? '.'}/${text.replace(/[?#].*$/, '').replace(/^[a-z]+:\/\/[^/]*\/?$/, '').split('/').at(-1) || 'index.html'}`)])))
  return [...hidden, ...options.operands.map((address) => act(requestOf(address, method))), ...readsOf(call, valuesOf(options, 'post-file', 'body-file')), ...named, ...implied]
}

/** HTTPie: `[METHOD] URL [ITEM…]`; items with `=` make a body. */
const httpie: ProgramReader = (call) => {
  const { operands } = readOptions(call.args, { values: 'aAospbc', longValues: ['auth', 'auth-type', 'output', 'session', 'print', 'style', 'timeout', 'proxy', 'verify', 'raw'] })
  const [first, ...rest] = operands
  const isMethod = /^[A-Z]+$/.test(first?.text ?? '')
  const [address, ...items] = isMethod ? rest : operands
  if (address === undefined) return []
  const hasBody = items.some(({ prefix }) => /^[^=:@]+(?::=|=(?!=)|@)/.test(prefix))
  const local = address.text !== undefined && address.text.startsWith(':') ? knownArg(`localhost${/^:(?:\/|$)/.test(address.text) ? address.text.slice(1) : address.text}`) : address
  return [act(requestOf(local, isMethod ? first?.text : hasBody ? 'POST' : 'GET', call.name === 'https' ? 'https' : 'http'))]
}

const sshValues = 'BbcDEeFIiJLlmOoPpQRSWw'

/** The words after the host go to a shell on the other machine. */
const ssh: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: sshValues, stops: true })
  const [host, ...command] = options.operands
  const hidden = sshOptions(options)
  if (host === undefined) return [...hidden, opaque('which machine it reaches is only known at run time')]
  const port = Number(valueOf(options, 'p')?.text)
  const request = act({ ...requestOf(host, undefined, 'ssh'), ...(port > 0 ? { port } : {}) })
  if (command.length === 0) {
    if (has(options, 'N', 'T', 'O', 'Q', 'G', 'V') && call.input === 'inherited') return [...hidden, request]
    return typeof call.input === 'object' && 'text' in call.input ? [...hidden, request, { type: 'script', text: call.input.text, where: { elsewhere: true } }] : [...hidden, request, opaque('it starts a shell on another machine')]
  }
  const texts = textsOf(command)
  return [...hidden, request, texts === undefined ? opaque('what it runs on the other machine is only known at run time') : { type: 'script', text: texts.join(' '), where: { elsewhere: true, input: true } }]
}

function sshOptions(options: Options): readonly Effect[] {
  const hidden = valuesOf(options, 'o').some(({ prefix, text }) => text === undefined || /^(?:ProxyCommand|LocalCommand|PermitLocalCommand|KnownHostsCommand|RemoteCommand|Match|Include)/i.test(prefix))
  return hidden || has(options, 'F', 'S') && !has(options, 'O') ? [opaque('an option makes it run something else')] : []
}

/** `[user@]host:path` operands name other machines, the rest are files here. */
const remoteCopy: ProgramReader = (call) => {
  const options = readOptions(call.args, call.name === 'rsync' ? { values: 'efTBM', longValues: ['rsh', 'filter', 'exclude', 'include', 'exclude-from', 'include-from', 'files-from', 'log-file', 'password-file', 'rsync-path', 'temp-dir', 'backup-dir', 'suffix', 'max-size', 'min-size', 'bwlimit', 'port', 'out-format', 'compare-dest', 'link-dest', 'chmod', 'chown', 'timeout', 'info'] } : { values: 'cDFiJloPSX', longValues: [] })
  const rsh = valueOf(options, 'e', 'rsh')
  const hidden: readonly Effect[] = call.name === 'rsync'
    ? [...(rsh !== undefined && !/^ssh(?: (?!.*(?:Command|-F))|$)/.test(rsh.text ?? '') ? [opaque('an option makes it run something else')] : []), ...(has(options, 'rsync-path') ? [opaque('what it runs on the other side is given on the command line')] : [])]
    : sshOptions(options)
  const target = options.operands.at(-1)
  const sources = options.operands.slice(0, -1)
  if (target === undefined || sources.length === 0) return hidden
  const scheme = call.name === 'rsync' ? 'rsync' : 'ssh'
  const requests = options.operands.flatMap((arg, index) => (isRemote(arg) ? [act({ ...requestOf(remoteHost(arg), index === options.operands.length - 1 ? 'PUT' : 'GET', scheme) })] : []))
  const unknown: readonly Effect[] = options.operands.some(({ text, prefix, glob }) => text === undefined && glob === undefined && !/[:/]/.test(prefix)) ? [act({ kind: 'net.request', scheme, host: 'unknown', outbound: true })] : []
  return [...hidden, ...requests, ...unknown, ...readsOf(call, sources.filter((arg) => !isRemote(arg))), ...(isRemote(target) || has(options, 'n', 'dry-run') ? [] : target.text === undefined ? [opaque('it writes to a file that is only known at run time')] : writesOf(call, [target]))]
}

const isRemote = ({ prefix }: Arg) => /^[^/:]+:|^[a-z]+:\/\//.test(prefix)
const remoteHost = (arg: Arg): Arg => (arg.prefix.includes('://') ? arg : knownArg(/^[^/:]+/.exec(arg.prefix)?.[0] ?? ''))

const connect = (scheme: string): ProgramReader => (call) => {
  const options = readOptions(call.args, { values: 'ceghiIjmopPqsTVwxX', longValues: ['exec', 'sh-exec', 'port', 'connect', 'servername'] })
  const runs: readonly Effect[] = has(options, 'e', 'c', 'exec', 'sh-exec') ? [opaque('it gives the connection to a program')] : []
  const [host, port] = options.operands
  if (has(options, 'l', 'listen') || host === undefined) return runs
  return [...runs, act({ ...requestOf(host, undefined, scheme), ...(Number(port?.text) > 0 ? { port: Number(port?.text) } : {}) })]
}

/** Programs that reach hosts of their own choosing, or through accounts: where is not read. */
const cloud = (host: string): ProgramReader => (call) => [act({ kind: 'net.request', scheme: 'https', host: has(readOptions(call.args, {}), 'help', 'version') ? 'unknown' : host, outbound: true })]

export const network: readonly (readonly [string, ProgramReader])[] = [
  ['curl', curl], ['wget', wget], ['http', httpie], ['https', httpie], ['xh', httpie], ['ssh', ssh], ['scp', remoteCopy], ['sftp', (call) => [act(requestOf(remoteHost(call.args.findLast(({ prefix }) => !prefix.startsWith('-')) ?? knownArg('unknown')), undefined, 'ssh'))]], ['rsync', remoteCopy],
  ['nc', connect('tcp')], ['ncat', connect('tcp')], ['netcat', connect('tcp')], ['telnet', connect('telnet')], ['ftp', connect('ftp')], ['lftp', () => [opaque('it runs commands it is given'), act({ kind: 'net.request', scheme: 'ftp', host: 'unknown', outbound: true })]],
  ...['ping', 'ping6', 'dig', 'nslookup', 'host', 'whois', 'traceroute'].map((name) => [name, connect(name)] as const),
  ...['aws', 'gcloud', 'gsutil', 'az', 'doctl', 'flyctl', 'fly', 'vercel', 'netlify', 'heroku', 'wrangler', 'firebase', 'terraform', 'tofu', 'pulumi', 'helm', 'glab', 'tea', 'rclone', 's3cmd', 'mc'].map((name) => [name, cloud('unknown')] as const),
]
