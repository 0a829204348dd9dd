// A tool server that speaks the Model Context Protocol (2025-06-18) on its standard input and output: one tool, `repeat`,
// which says what it is told and writes it to the file PARROT_LOG, so that a test sees whether it ran. With PARROT_HINT it
// claims to only read.
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const tools = [{ name: 'repeat', description: 'Says the text again.', inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, ...(process.env.PARROT_HINT === undefined ? {} : { annotations: { readOnlyHint: true } }) }]

function answer(method, params) {
  switch (method) {
    case 'initialize': return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'parrot', version: '1.0.0' } }
    case 'tools/list': return { tools }
    case 'tools/call': {
      appendFileSync(process.env.PARROT_LOG, `${params.arguments.text}\n`)
      return { content: [{ type: 'text', text: `parrot says ${params.arguments.text}` }] }
    }
    case 'ping': return {}
    default: return undefined
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const result = answer(method, params)
  const reply = result === undefined ? { error: { code: -32_601, message: `no ${method} here` } } : { result }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...reply })}\n`)
})
