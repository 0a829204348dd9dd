import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { appendFile, open, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { readEntry } from '../process/process-table.ts'
import { countFilters } from './canary-filters.ts'

/**
 * Runs in a box and tries to get out of it, one attempt after the other. Arguments: the attempts, as JSON, and the address of its proxy where it was given one. Writes a line of JSON for each: `{name, outcome,
 * detail}`, where the outcome is `out`, `blocked`, or `failed` for an attempt that could not be made and so shows nothing.
 */
export type Attempt = { readonly name: string } & (
  | { readonly do: 'read'; readonly path: string; readonly word: string }
  | { readonly do: 'append'; readonly path: string; readonly text: string }
  /** To write, without writing. */
  | { readonly do: 'open'; readonly path: string }
  | { readonly do: 'hear'; readonly at: { readonly host: string; readonly port: number } | { readonly path: string }; readonly word: string }
  | { readonly do: 'hearUdp'; readonly port: number; readonly word: string }
  /** `proxy`: the port of the gateway that is asked for it, or that whose address is the second argument. */
  | { readonly do: 'get'; readonly url: string; readonly proxy?: number | 'named' }
  | { readonly do: 'unshare'; readonly file: string }
  | { readonly do: 'signal'; readonly pid: number }
  | { readonly do: 'see'; readonly pid: number; readonly startTicks: number }
  | { readonly do: 'rights' }
  /** `outside`: how many there are around the box. */
  | { readonly do: 'filters'; readonly outside: number }
)

/** What the box said no to. */
class Refused extends Error {}

const patienceMs = 2_000
/** A gateway may have to start first, and to be slow is not to hold. */
const gatewayPatienceMs = 20_000

const attempts = JSON.parse(process.argv[2] ?? '[]') as readonly Attempt[] // Proof: written by canary.ts.
for (const attempt of attempts) process.stdout.write(`${JSON.stringify({ name: attempt.name, ...(await outcomeOf(attempt)) })}\n`)

async function outcomeOf(attempt: Attempt): Promise<{ readonly outcome: 'out' | 'blocked' | 'failed'; readonly detail: string }> {
  try {
    return { outcome: 'out', detail: await make(attempt) }
  } catch (error) {
    return { outcome: error instanceof Refused ? 'blocked' : 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** @returns what got out @throws {Refused} when the box held */
async function make(attempt: Attempt): Promise<string> {
  switch (attempt.do) {
    case 'read': return expectWord(await readFile(attempt.path, 'utf8').catch(refused), attempt.word)
    case 'append': return await appendFile(attempt.path, attempt.text).catch(refused), `wrote ${attempt.path}`
    case 'open': return await (await open(attempt.path, 'a').catch(refused)).close(), `opened ${attempt.path}`
    case 'hear': return expectWord(await hear(attempt.at).catch(refused), attempt.word)
    case 'hearUdp': return expectWord(await hearUdp(attempt.port).catch(refused), attempt.word)
    case 'get': return get(attempt)
    case 'unshare': return makeNamespace(attempt.file)
    case 'signal': return signal(attempt.pid)
    case 'see': return readEntry(attempt.pid)?.startTicks === attempt.startTicks ? `saw process ${attempt.pid}` : refused(new Error('it is not there'))
    case 'rights': return expectRights(await readFile('/proc/self/status', 'utf8'))
    case 'filters': return countFilters(await readFile('/proc/self/status', 'utf8')) <= attempt.outside ? 'no filter was added' : refused(new Error('a filter is there'))
  }
}

function refused(error: Error): never {
  throw new Refused(error.message)
}

function expectWord(heard: string, word: string): string {
  return heard.includes(word) ? 'read what was planted' : refused(new Error('something else is there'))
}

function expectRights(status: string): string {
  const held = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (held === undefined) throw new Error('the kernel does not say')
  return /[^0]/.test(held) ? `has rights ${held}` : refused(new Error('it has none'))
}

async function hear(at: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<string> {
  const socket = connect(at)
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('nothing answers')))
  return text(socket)
}

function hearUdp(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const over = (end: () => void) => {
      clearTimeout(timer)
      socket.close()
      end()
    }
    const timer = setTimeout(() => over(() => reject(new Error('nothing answers'))), patienceMs)
    socket.on('error', (error) => over(() => reject(error)))
    socket.on('message', (message) => over(() => resolve(message.toString())))
    socket.connect(port, '127.0.0.1', () => socket.send('x'))
  })
}

/** A gateway that gives no answer at all is not there: then nothing was tried. */
async function get({ url, proxy }: { readonly url: string; readonly proxy?: number | 'named' }): Promise<string> {
  const { status, body } = await answerTo(url, proxy).catch((error: NodeJS.ErrnoException) => {
    throw proxy === undefined && (error.syscall === 'connect' || error.name === 'AbortError') ? new Refused(error.message) : error
  })
  const rule = /^\{"error":\{"code":"\w+","rule":"([^"]+)"/.exec(body)?.[1]
  return rule === undefined ? `was answered with status ${status}` : refused(new Error(`the gateway refused it (${rule})`))
}

function answerTo(url: string, proxy: number | 'named' | undefined): Promise<{ readonly status: number; readonly body: string }> {
  const { hostname, port, pathname, host } = new URL(url)
  const place = proxy === undefined ? { host: hostname, port, path: pathname } : { ...proxyPlace(proxy), path: url }
  return new Promise((resolve, reject) => {
    const asked = request({ ...place, headers: { ...place.headers, host }, agent: false, signal: AbortSignal.timeout(proxy === undefined ? patienceMs : gatewayPatienceMs) }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Of a proxy with a password, what it wants to see as well. */
function proxyPlace(proxy: number | 'named'): { readonly host: string; readonly port: number | string; readonly headers?: Readonly<Record<string, string>> } {
  if (proxy !== 'named') return { host: '127.0.0.1', port: proxy }
  const { hostname, port, username, password } = new URL(process.argv[3] ?? '')
  return { host: hostname, port, headers: { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } }
}

/** None, which asks whether it may. */
function signal(pid: number): string {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return refused(error instanceof Error ? error : new Error(String(error)))
  }
  return `may signal process ${pid}`
}

async function makeNamespace(file: string): Promise<string> {
  await promisify(execFile)(file, ['--user', '--', '/bin/true'], { env: {} }).catch((error: Error & { readonly stderr?: string }) => {
    // Only its own words show that the kernel was asked.
    throw /unshare failed/.test(error.stderr ?? '') ? new Refused(error.stderr?.trim()) : error
  })
  return 'made one'
}
