import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** What a model service answers to one request: a refusal, or a message with text and calls. */
export interface ServiceReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly message?: string
  readonly think?: string
  readonly say?: string
  readonly calls?: readonly { readonly name: string; readonly input: unknown }[]
  /** Tokens that it says the request took. */
  readonly input?: number
  /** An error inside the stream, after the text. */
  readonly breaks?: string
}

export interface ServiceRequest {
  readonly path: string
  readonly body: { readonly system: { readonly text: string }[]; readonly messages: { readonly role: string; readonly content: unknown }[]; readonly tools?: { readonly name: string }[] } & Readonly<Record<string, unknown>>
  readonly text: string
}

/** A reply as frames of a stream. */
export type ServiceFrames = (reply: ServiceReply, number: number) => readonly { readonly type: string }[]

/** A model service that answers as listed, in order, in the Anthropic dialect or another: for what a plan in a prompt cannot say. */
export async function modelService(replies: readonly ServiceReply[], framesOf: ServiceFrames = anthropicFrames) {
  const requests: ServiceRequest[] = []
  const server = createServer((request, response) => {
    void text(request).then((raw) => {
      const reply = replies[requests.length] ?? { say: 'nothing more' }
      requests.push({ path: request.url ?? '', body: JSON.parse(raw) as ServiceRequest['body'], text: raw })
      const { status, message = 'refused', headers = {} } = reply
      if (status !== undefined) return response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ type: 'error', error: { type: 'some_error', message } }))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const frame of framesOf(reply, requests.length)) response.write(`event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`)
      return response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, requests }
}

function anthropicFrames({ say, calls = [], input = 100, breaks }: ServiceReply, number: number): { type: string }[] {
  const blocks = [
    ...(say === undefined ? [] : [{ begin: { type: 'text', text: '' }, delta: { type: 'text_delta', text: say } }]),
    ...calls.map(({ name, input: given }, index) => ({ begin: { type: 'tool_use', id: `toolu_${number}_${index}`, name, input: {} }, delta: { type: 'input_json_delta', partial_json: typeof given === 'string' ? given : JSON.stringify(given) } })),
  ].flatMap(({ begin, delta }, index) => [{ type: 'content_block_start', index, content_block: begin }, { type: 'content_block_delta', index, delta }, { type: 'content_block_stop', index }])
  const start = { type: 'message_start', message: { id: `msg_${number}`, type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: input, output_tokens: 1 } } }
  const end = breaks === undefined
    ? [{ type: 'message_delta', delta: { stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } }, { type: 'message_stop' }]
    : [{ type: 'error', error: { type: 'invalid_request_error', message: breaks } }]
  return [start, ...blocks, ...end]
}
