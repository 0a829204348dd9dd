// A tool server that speaks the Model Context Protocol (2025-06-18): its tool `wait` never answers. It writes to the file SLOW_LOG when
// it is called and when it is told that nobody waits any more.
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const results = {
  initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'slow', version: '1.0.0' } },
  'tools/list': { tools: [{ name: 'wait', inputSchema: { type: 'object' } }] },
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line)
  if (method === 'tools/call' || method === 'notifications/cancelled') appendFileSync(process.env.SLOW_LOG, `${method}\n`)
  if (id !== undefined && results[method] !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: results[method] })}\n`)
})
