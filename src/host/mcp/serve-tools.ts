import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { omniServer } from '../../spec/tools/omni-tools.ts'

/** Name of the socket in a session's private folder. */
export const toolSocket = 'omni.sock'

export interface ToolAnswer {
  readonly text: string
  readonly failed: boolean
}

export interface ServedTools {
  tools(): readonly { readonly name: string; readonly description: string; readonly inputSchema: object }[]
  /** @param signal aborted when nobody waits any more */
  call(tool: string, input: unknown, signal: AbortSignal): Promise<ToolAnswer>
}

export interface ToolSocket {
  readonly folder: string
  close(): Promise<void>
}

/**
 * Speaks the Model Context Protocol, one message a line, on a unix socket in a session's private folder, which programs in its box reach as
 * well: `bridge-program.ts` makes a stdio server of it. Whoever reaches it is the agent.
 */
export async function serveTools(folder: string, served: ServedTools): Promise<ToolSocket> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy()) // The program is gone.
    void speak(socket, served).catch(() => socket.destroy())
  })
  // A socket's path may be 107 bytes long; by a descriptor of its folder it is short wherever that is.
  const fd = process.platform === 'linux' ? openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY) : undefined
  const path = join(fd === undefined ? folder : `/proc/self/fd/${fd}`, toolSocket)
  rmSync(path, { force: true })
  server.listen(path)
  await once(server, 'listening')
  return {
    folder,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      // Until then: closing takes the path away.
      if (fd !== undefined) closeSync(fd)
    },
  }
}

async function speak(socket: Socket, { tools, call }: ServedTools): Promise<void> {
  const server = new Server({ name: omniServer, version: '1' }, { capabilities: { tools: {} } })
  const over = new AbortController()
  socket.once('close', () => over.abort())
  server.setRequestHandler('tools/list', () => ({ tools: tools().map(({ inputSchema, ...tool }) => ({ ...tool, inputSchema: { ...inputSchema, type: 'object' } })) }))
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const { text, failed } = await call(params.name, params.arguments ?? {}, AbortSignal.any([over.signal, mcpReq.signal]))
    return { content: [{ type: 'text', text }], ...(failed ? { isError: true } : {}) }
  })
  await server.connect(new StdioServerTransport(socket, socket))
}
