import type { LoginInBox } from '../../spec/ports/vendor-login.ts'
import { type JsonRecord, record, text as textOf } from '../json-program.ts'
import { loginJson, neverMs } from '../login-json.ts'

/**
 * `auth.json`: a key, or the tokens of an account. The program reads claims out of its tokens (who it is, which plan, until when), so these stay, under a
 * signature of nobody's; what the tokens could be renewed with does not come along.
 */
export function codexLoginInBox(text: string, standIn: (name: string, value: string) => string): LoginInBox | undefined {
  const login = loginJson(text)
  if (login === undefined) return undefined
  const tokens = record(login['tokens'])
  const token = textOf(tokens['access_token'])
  if (token === '') return ofKey(login, standIn)
  const placeholder = signedByNobody(token, standIn)
  const shown = { ...login, OPENAI_API_KEY: null, tokens: { id_token: signedByNobody(textOf(tokens['id_token']), standIn), access_token: placeholder, refresh_token: '', account_id: tokens['account_id'] }, last_refresh: new Date(neverMs).toISOString() }
  const until = claimsOf(token)['exp']
  return { text: JSON.stringify(shown), credentials: [{ provider: 'openai', value: token, placeholder }], ...(typeof until === 'number' ? { expiresAt: until * 1_000 } : {}) }
}

function ofKey(login: JsonRecord, standIn: (name: string, value: string) => string): LoginInBox | undefined {
  const value = textOf(login['OPENAI_API_KEY'])
  if (value === '') return undefined
  const placeholder = standIn('openai key', value)
  return { text: JSON.stringify({ ...login, OPENAI_API_KEY: placeholder, tokens: null }), credentials: [{ provider: 'openai', value, placeholder }] }
}

/** The same claims, valid for ever. @see RFC 7519 */
function signedByNobody(token: string, standIn: (name: string, value: string) => string): string {
  const [head = ''] = token.split('.')
  const claims = Buffer.from(JSON.stringify({ ...claimsOf(token), exp: neverMs / 1_000 })).toString('base64url')
  const made = standIn('openai account', 'no-signature-at-all-0123456789')
  return `${head}.${claims}.${made.replaceAll(/[^A-Za-z0-9_-]/g, '')}`
}

function claimsOf(token: string): JsonRecord {
  return loginJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) ?? {}
}
