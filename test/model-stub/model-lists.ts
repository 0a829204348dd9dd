import type { IncomingHttpHeaders } from 'node:http'

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A key with this word in it is refused, in the form of each service; the key is quoted, as some services do. */
export const refusedKey = 'sk-stub-refused-0123456789'

/**
 * The three ways in which services list their models; undefined for any other path.
 * @see https://platform.claude.com/docs/en/api/models-list, https://platform.openai.com/docs/api-reference/models/list, https://ai.google.dev/api/models
 */
export function modelList(path: string, headers: IncomingHttpHeaders): Answer | undefined {
  const { pathname } = new URL(path, 'http://stub')
  const goog = headers['x-goog-api-key']
  const key = headers['x-api-key']
  if (pathname === '/v1beta/models' && typeof goog === 'string') return goog === refusedKey ? refuse.google(goog) : { status: 200, body: google }
  if (pathname !== '/v1/models') return undefined
  if (typeof key === 'string') {
    if (headers['anthropic-version'] === undefined) return { status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message: 'anthropic-version: header is required' } } }
    return key === refusedKey ? refuse.anthropic(key) : { status: 200, body: anthropic }
  }
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
  if (bearer === undefined) return { status: 401, body: { error: { message: 'You did not provide an API key.', type: 'invalid_request_error', code: null } } }
  return bearer === refusedKey ? refuse.openai(bearer) : { status: 200, body: openai }
}

const anthropic = {
  data: [
    { type: 'model', id: 'claude-stub-large', display_name: 'Claude Stub Large', created_at: '2026-02-04T00:00:00Z' },
    { type: 'model', id: 'claude-stub-small', display_name: 'Claude Stub Small', created_at: '2026-01-04T00:00:00Z' },
  ],
  has_more: false, first_id: 'claude-stub-large', last_id: 'claude-stub-small',
}
const openai = { object: 'list', data: [{ id: 'gpt-stub', object: 'model', created: 1_760_000_000, owned_by: 'stub' }, { id: 'stub-1', object: 'model', created: 1_760_000_000, owned_by: 'stub' }] }
const google = {
  models: [
    { name: 'models/gemini-stub', displayName: 'Gemini Stub', supportedGenerationMethods: ['generateContent', 'countTokens'] },
    { name: 'models/embedding-stub', displayName: 'Embedding Stub', supportedGenerationMethods: ['embedContent'] },
  ],
}

const refuse = {
  anthropic: (_key: string): Answer => ({ status: 401, body: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' }, request_id: 'req_1' } }),
  openai: (key: string): Answer => ({ status: 401, body: { error: { message: `Incorrect API key provided: ${key}. You can find your API key at https://platform.example.`, type: 'invalid_request_error', param: null, code: 'invalid_api_key' } } }),
  google: (_key: string): Answer => ({ status: 400, body: { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } } }),
}
