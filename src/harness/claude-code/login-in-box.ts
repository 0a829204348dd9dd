import type { LoginInBox } from '../../spec/ports/vendor-login.ts'
import { record, text as textOf } from '../json-program.ts'
import { loginJson, neverMs } from '../login-json.ts'

/** `.credentials.json`: `{claudeAiOauth: {accessToken, refreshToken, expiresAt, scopes, subscriptionType}}`. Who it is and what the plan covers stays; what it could be renewed with does not come along. */
export function claudeLoginInBox(text: string, standIn: (name: string, value: string) => string): LoginInBox | undefined {
  const account = record(loginJson(text)?.['claudeAiOauth'])
  const value = textOf(account['accessToken'])
  if (value === '') return undefined
  const placeholder = standIn('anthropic', value)
  const { scopes, subscriptionType, rateLimitTier, expiresAt } = account
  const shown = { accessToken: placeholder, refreshToken: '', expiresAt: neverMs, scopes, subscriptionType, rateLimitTier }
  return { text: JSON.stringify({ claudeAiOauth: shown }), credentials: [{ provider: 'anthropic', value, placeholder }], ...(typeof expiresAt === 'number' ? { expiresAt } : {}) }
}
