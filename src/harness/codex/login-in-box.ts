import type { LoginInBox } from '../../spec/ports/vendor-login.ts'
import { record, text as textOf } from '../json-program.ts'
import { loginJson } from '../login-json.ts'

type StandIn = (name: string, value: string) => string

/** Where programs call that are signed in with an account. */
export const accountAddress = 'https://chatgpt.com/backend-api/codex'

/**
 * `auth.json`: `{OPENAI_API_KEY}` of somebody who signed in with a key, `{tokens: {access_token, account_id, id_token, refresh_token}}` with an account. In a box
 * it is always a key, our stand-in, from which the program makes its calls at once: signed in with an account it would first ask about the account, with
 * tokens that must not be there. The gateway puts the account's token and its number into the calls.
 */
export function codexLoginInBox(text: string, standIn: StandIn): LoginInBox | undefined {
  const login = loginJson(text)
  const key = textOf(login?.['OPENAI_API_KEY'])
  if (key !== '') return keyInBox(key, standIn)
  const tokens = record(login?.['tokens'])
  const value = textOf(tokens['access_token'])
  return value === '' ? undefined : accountInBox(value, textOf(tokens['account_id']), standIn)
}

function keyInBox(value: string, standIn: StandIn): LoginInBox {
  const placeholder = standIn('openai', value)
  return { text: JSON.stringify({ OPENAI_API_KEY: placeholder, tokens: null }), credentials: [{ provider: 'openai', value, placeholder }] }
}

function accountInBox(value: string, named: string, standIn: StandIn): LoginInBox | undefined {
  const claims = claimsOf(value)
  const account = named === '' ? textOf(record(claims[accountClaims])['chatgpt_account_id']) : named
  if (account === '' || !/^[\w-]+$/.test(account)) return undefined
  const placeholder = standIn('openai account', value)
  const { exp } = claims
  return {
    text: JSON.stringify({ OPENAI_API_KEY: placeholder, tokens: null, [accountMark]: true }),
    credentials: [{ provider: 'openai', value, placeholder, headers: { 'chatgpt-account-id': account } }],
    ...(typeof exp === 'number' ? { expiresAt: exp * 1_000 } : {}),
  }
}

const accountClaims = 'https://api.openai.com/auth'
/** Our own word in the file; the program passes over what it does not know. */
const accountMark = 'omnigent_account'

/** Whether the sign-in that a box was given is an account's. */
export const isAccountInBox = (login: string | undefined): boolean => login !== undefined && loginJson(login)?.[accountMark] === true

/** What a token says of itself (RFC 7519: three parts, the second is Base64url of JSON). Nothing for any other. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, middle = ''] = token.split('.')
  return loginJson(Buffer.from(middle, 'base64url').toString('utf8')) ?? {}
}
