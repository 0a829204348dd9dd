import type { LoginInBox } from '../../spec/ports/vendor-login.ts'
import { text as textOf } from '../json-program.ts'
import { loginJson } from '../login-json.ts'

/**
 * `auth.json` of somebody who signed in with a key: `{OPENAI_API_KEY}`. An account's tokens are not for a box yet: before its first call the program asks
 * chatgpt.com about the account, again and again, and what it takes for an answer is not known here.
 */
export function codexLoginInBox(text: string, standIn: (name: string, value: string) => string): LoginInBox | undefined {
  const login = loginJson(text)
  const value = textOf(login?.['OPENAI_API_KEY'])
  if (value === '') return undefined
  const placeholder = standIn('openai', value)
  return { text: JSON.stringify({ ...login, OPENAI_API_KEY: placeholder, tokens: null }), credentials: [{ provider: 'openai', value, placeholder }] }
}
