import { createServer } from 'node:net'
import { createLineSplitter } from '../src/base/line-splitter.ts'
import { WebSocketServer } from 'ws'

/**
 * The floor of V4, a process of its own: lines come in on a unix socket (`argv[2]`) and go out, as they are, to every
 * WebSocket client. No log, no order, no rights, no limits.
 */
const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
createServer((socket) => {
  const splitter = createLineSplitter(1024 * 1024)
  socket.on('data', (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) for (const client of sockets.clients) client.send(line)
  })
}).listen(process.argv[2], () => {
  const bound = sockets.address()
  process.stdout.write(`ws://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}\n`)
})
