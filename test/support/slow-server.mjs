// A tool server that speaks the Model Context Protocol (2025-06-18). Its tool `wait` never answers; it writes to the file SLOW_LOG when
// it is called and when it is told that nobody waits any more. Its tool `look` answers with the picture PICTURE, base64.
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const results = {
  initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'slow', version: '1.0.0' } },
  'tools/list': { tools: [{ name: 'wait', inputSchema: { type: 'object' } }, { name: 'look', inputSchema: { type: 'object' } }] },
  look: { content: [{ type: 'text', text: 'behold' }, { type: 'image', mimeType: 'image/png', data: process.env.PICTURE ?? '' }] },
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  const asked = params?.name === 'look' ? 'look' : method
  if (asked === 'tools/call' || asked === 'notifications/cancelled') appendFileSync(process.env.SLOW_LOG, `${asked}\n`)
  if (id !== undefined && results[asked] !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: results[asked] })}\n`)
})
