import type { Client } from '@modelcontextprotocol/client'
import type { HarnessContext, McpServer, ProposedCall } from '../../spec/ports/harness.ts'
import type { JsonRecord } from '../json-program.ts'
import { BoxTransport } from './box-transport.ts'
import { type ResultImage, resultImages } from './result-images.ts'
import { resultText } from './result-text.ts'
import { toolNames } from './tool-names.ts'

/**
 * Tool servers for programs that can not run them themselves: the adapter starts them in the box, offers their tools in
 * its own way, asks the gate with `mcpCall`, and makes the call here. Model Context Protocol, revisions 2025 and 2026.
 */
export interface McpServers {
  readonly tools: readonly McpTool[]
  /** Makes a call that the gate has allowed. What goes wrong is a failed result, told to the model; never rejects. */
  call(tool: McpTool, input: JsonRecord, signal?: AbortSignal): Promise<McpResult>
  /** True for the processes of the servers: an interrupt leaves them alone. */
  keeps(process: { readonly pid: number }): boolean
  /** Resolves when all are gone. */
  close(): Promise<void>
}

export interface McpTool {
  /** What a model calls it by: unique, and only of letters that every model service takes. */
  readonly name: string
  readonly server: string
  /** The server's own name of it. */
  readonly tool: string
  readonly description: string
  /** JSON Schema of its input, as the server gave it. */
  readonly inputSchema: JsonRecord
}

export interface McpResult {
  /** For the model and for people; long ones are cut in the middle and say so. */
  readonly text: string
  readonly failed: boolean
  /** Pictures of it, where they are asked for; elsewhere `text` says that there were some. */
  readonly images?: readonly Pick<ResultImage, 'mediaType' | 'data'>[]
}

interface Place extends Pick<HarnessContext, 'box' | 'workspace' | 'env' | 'mcp' | 'emit' | 'signal'> {
  /** The program shows its model the pictures of results. */
  readonly showsImages?: boolean
}

const startWithinMs = 30_000
/** A tool may work for long; one that reports progress for longer. */
const callWithinMs = 600_000

/** Starts all servers of `context.mcp`. One that does not start is a notice, and the rest go on. */
export async function startMcpServers(place: Place): Promise<McpServers> {
  const started = await Promise.all(Object.entries(place.mcp).map(([name, server]) => start(name, server, place)))
  const running = started.filter((each) => each !== undefined)
  const tools = toolNames(running.flatMap(({ name, tools: own }) => own.map((tool) => ({ ...tool, server: name }))))
  const clients = new Map(running.map(({ name, client }) => [name, client]))
  return {
    tools,
    call: (tool, input, signal) => call(clients.get(tool.server), { tool, input, showsImages: place.showsImages === true, signal: signal === undefined ? place.signal : AbortSignal.any([signal, place.signal]) }),
    keeps: ({ pid }) => running.some(({ transport }) => transport?.pid === pid),
    close: async () => {
      await Promise.all(running.map(({ client }) => close(client)))
    },
  }
}

/** What the gate is asked, and people are shown, before a tool of a server is called. */
export function mcpCall({ server, tool }: McpTool, input: JsonRecord): Omit<ProposedCall, 'call'> {
  return { tool: `${server}.${tool}`, title: `${server}: ${tool}`, input, actions: [{ kind: 'mcp.call', server, tool, outbound: 'unknown' }] }
}

interface Running {
  readonly name: string
  readonly client: Client
  readonly transport: BoxTransport | undefined
  readonly tools: readonly Omit<McpTool, 'name' | 'server'>[]
}

async function start(name: string, server: McpServer, place: Place): Promise<Running | undefined> {
  // Loaded when there is a server: most sessions have none.
  const mcp = await import('@modelcontextprotocol/client')
  const warn = (text: string) => place.emit({ type: 'notice', level: 'warning', text })
  const boxed = 'command' in server ? new BoxTransport({ server, ...place, parse: mcp.deserializeMessage }) : undefined
  // On a pipe the older greeting is the one that every server answers; some end when they hear another first.
  const client = new mcp.Client({ name: 'omnigent', version: '1' }, { versionNegotiation: { mode: boxed === undefined ? 'auto' : 'legacy' } })
  const limits = { timeout: startWithinMs, signal: place.signal }
  try {
    await client.connect(boxed ?? overHttp(mcp, server), limits)
    const { tools } = client.getServerCapabilities()?.tools === undefined ? { tools: [] } : await client.listTools(undefined, limits)
    void boxed?.lost.then(() => warn(`The tool server ${name} has ended; its tools fail from now on.`))
    place.signal.addEventListener('abort', () => void close(client), { once: true })
    return { name, client, transport: boxed, tools: tools.map((tool) => ({ tool: tool.name, description: tool.description ?? '', inputSchema: tool.inputSchema })) }
  } catch (error) {
    await close(client)
    const why = [error instanceof Error ? error.message : String(error), boxed?.detail ?? ''].filter((part) => part !== '').join(': ')
    if (!place.signal.aborted) warn(`The tool server ${name} did not start; the session goes on without it. ${withoutSecrets(why, server)}`)
    return undefined
  }
}

async function close(client: Client): Promise<void> {
  await client.close().catch(() => undefined) // It is gone already.
}

function overHttp(mcp: typeof import('@modelcontextprotocol/client'), server: McpServer) {
  const { url, headers } = 'url' in server ? server : { url: '', headers: {} }
  return new mcp.StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
}

async function call(client: Client | undefined, { tool, input, signal, showsImages }: { readonly tool: McpTool; readonly input: JsonRecord; readonly signal: AbortSignal; readonly showsImages: boolean }): Promise<McpResult> {
  try {
    if (client === undefined) return { text: `There is no tool server ${tool.server} in this session.`, failed: true }
    const result = await client.callTool({ name: tool.tool, arguments: { ...input } }, { signal, timeout: callWithinMs, resetTimeoutOnProgress: true, onprogress: () => undefined })
    const images = showsImages ? resultImages(result) : []
    const text = resultText(result, images.map(({ part }) => part))
    return { text, failed: result.isError === true, ...(images.length === 0 ? {} : { images: images.map(({ mediaType, data }) => ({ mediaType, data })) }) }
  } catch (error) {
    return { text: `The tool server ${tool.server} did not do it: ${error instanceof Error ? error.message : String(error)}`, failed: true }
  }
}

/** A server that fails may print what it was given. */
function withoutSecrets(text: string, server: McpServer): string {
  const secrets = Object.values('url' in server ? server.headers : server.env).filter((value) => value.length > 5)
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text)
}
