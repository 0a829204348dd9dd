import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import { createLineSplitter } from '../../base/line-splitter.ts'
import type { Box, BoxProcess } from '../../spec/ports/box.ts'
import type { McpServer } from '../../spec/ports/harness.ts'

const maxLineBytes = 16 * 1024 * 1024
const maxErrorChars = 500
/** What a program needs of a host's variables to start at all; a model key is not for it. */
const passedOn = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|\w*_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i

interface Options {
  readonly server: Extract<McpServer, { command: string }>
  readonly box: Box
  readonly workspace: string
  readonly env: Readonly<Record<string, string>>
  parse(line: string): JSONRPCMessage
}

/** The stdio transport of the Model Context Protocol, one message a line, to a server that runs in the box. */
export class BoxTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: Transport['onmessage']
  readonly #options: Options
  readonly #lost = Promise.withResolvers<void>()
  #closing = false
  #child: BoxProcess | undefined
  #errors = ''
  #ended = ''

  constructor(options: Options) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves when the server ends unasked. */
  get lost(): Promise<void> {
    return this.#lost.promise
  }

  /** Why it is gone, as far as it said. */
  get detail(): string {
    return [this.#ended, this.#errors.trim()].filter((part) => part !== '').join(': ')
  }

  async start(): Promise<void> {
    const { server, box, workspace, env } = this.#options
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)))
    const child = box.spawn({ file: server.command, args: server.args, cwd: workspace, env: { ...own, ...server.env } })
    this.#child = child
    child.stdin.on('error', () => undefined) // The server is gone: `exited` says so.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-maxErrorChars)
    })
    void this.#read(child.stdout).catch((error: unknown) => {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)))
      return child.stop(0)
    })
    void child.exited.then((status) => {
      this.#ended = status.startError ?? `exit ${status.signal ?? status.code}`
      if (!this.#closing) this.#lost.resolve()
      this.onclose?.()
    })
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#ended !== '') throw new Error(`the server has ended: ${this.#ended}`)
    this.#child?.stdin.write(`${JSON.stringify(message)}\n`)
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#child?.stop(500)
  }

  async #read(stream: AsyncIterable<Uint8Array>): Promise<void> {
    const splitter = createLineSplitter(maxLineBytes)
    for await (const chunk of stream) {
      for (const line of splitter.push(chunk)) {
        const message = this.#parsed(line)
        if (message !== undefined) this.onmessage?.(message)
      }
    }
  }

  /** Some servers print words for people among the messages. */
  #parsed(line: string): JSONRPCMessage | undefined {
    try {
      return this.#options.parse(line)
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)))
      return undefined
    }
  }
}
