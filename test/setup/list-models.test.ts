import { createServer, type RequestListener } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { modelProviders } from '../../src/harness/providers/list-models.ts'
import { refusedKey } from '../model-stub/model-lists.ts'
import { startModelStub } from '../model-stub/model-stub.ts'

const signal = new AbortController().signal

async function stub() {
  const made = await startModelStub()
  onTestFinished(() => made.close())
  return made
}

/** A service that answers in its own way. */
async function service(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

it.each([
  ['anthropic', [{ id: 'claude-stub-large', label: 'Claude Stub Large' }, { id: 'claude-stub-small', label: 'Claude Stub Small' }], '/v1/models?limit=1000'],
  ['openai', [{ id: 'gpt-stub' }, { id: 'stub-1' }], '/v1/models'],
  ['groq', [{ id: 'gpt-stub' }, { id: 'stub-1' }], '/v1/models'],
  ['google', [{ id: 'gemini-stub', label: 'Gemini Stub' }], '/v1beta/models?pageSize=1000'],
])('lists the models of %s as the service tells them', async (provider, models, path) => {
  const { url, requests } = await stub()
  expect(await modelProviders.list(provider, { apiKey: 'sk-a-good-key', baseUrl: url, signal })).toEqual({ type: 'listed', models })
  expect(requests.map((each) => each.path)).toEqual([path])
  expect(requests[0]?.authorization).toMatch(/^(Bearer )?sk-a-good-key$/)
})

it.each(['anthropic', 'openai', 'google'])('says no in the words of %s, without the key', async (provider) => {
  const { url } = await stub()
  const answer = await modelProviders.list(provider, { apiKey: refusedKey, baseUrl: url, signal })
  expect(answer).toMatchObject({ type: 'refused', message: expect.stringMatching(/invalid x-api-key|Incorrect API key|API key not valid/) })
  expect(JSON.stringify(answer)).not.toContain('refused-0123')
})

it('does not know when nothing answers, when there is no such list, and when the answer is something else', async () => {
  const at = async (baseUrl: string) => modelProviders.list('openai', { apiKey: 'sk-a-good-key', baseUrl, signal })
  const gone = await stub()
  await gone.close()
  expect(await at(gone.url)).toMatchObject({ type: 'unanswered', message: expect.stringContaining('ECONNREFUSED') })
  expect(await at(await service((_request, response) => response.writeHead(404).end('{"detail":"Not Found"}')))).toMatchObject({ type: 'unanswered', message: expect.stringContaining('404: Not Found') })
  expect(await at(await service((_request, response) => response.end('<html>')))).toMatchObject({ type: 'unanswered', message: expect.stringContaining('another form') })
  expect(await at(await service((_request, response) => response.end('{"data":[{"id":7}]}')))).toMatchObject({ type: 'unanswered', message: expect.stringContaining('another form') })
})

it('does not follow a service to another place, which would get the key', async () => {
  const other = await stub()
  const first = await service((_request, response) => response.writeHead(302, { location: `${other.url}/v1/models` }).end())
  expect(await modelProviders.list('anthropic', { apiKey: 'sk-a-good-key', baseUrl: first, signal })).toMatchObject({ type: 'unanswered' })
  expect(other.requests).toEqual([])
})

it('reads no endless answer', async () => {
  const endless = await service((_request, response) => {
    const more = () => {
      while (response.write('x'.repeat(1 << 16))) if (response.destroyed) return
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  expect(await modelProviders.list('openai', { apiKey: 'sk-a-good-key', baseUrl: endless, signal })).toMatchObject({ type: 'unanswered', message: expect.stringContaining('over') })
})

it('does not send what no header can carry, nor quote it', async () => {
  const { url, requests } = await stub()
  const answer = await modelProviders.list('openai', { apiKey: 'sk-broken\nin-two-parts', baseUrl: url, signal })
  expect(answer).toMatchObject({ type: 'refused', message: expect.not.stringMatching(/sk-broken|two-parts/) })
  expect(requests).toEqual([])
})
