import { expect, it } from 'vitest'
import { claudeLoginInBox } from '../../src/harness/claude-code/login-in-box.ts'
import { codexLoginInBox, isAccountInBox } from '../../src/harness/codex/login-in-box.ts'
import { piLoginInBox } from '../../src/harness/pi/login-in-box.ts'

const standIn = (name: string): string => `stand-in-of-${name.replaceAll(' ', '-')}`
const secrets = ['sk-ant-oat01-real', 'sk-ant-ort01-real', 'sk-key-real', 'pi-access-real', 'pi-refresh-real']
const holdsNone = (text: string): void => expect(secrets.filter((secret) => text.includes(secret))).toEqual([])

it('makes a sign-in of Claude Code that is none', () => {
  const made = claudeLoginInBox(JSON.stringify({ claudeAiOauth: { accessToken: 'sk-ant-oat01-real', refreshToken: 'sk-ant-ort01-real', expiresAt: 5, scopes: ['user:inference'], subscriptionType: 'max' }, other: 'sk-key-real' }), standIn)
  expect(made).toMatchObject({ credentials: [{ provider: 'anthropic', value: 'sk-ant-oat01-real', placeholder: 'stand-in-of-anthropic' }], expiresAt: 5 })
  holdsNone(made?.text ?? '')
  expect(JSON.parse(made?.text ?? '')).toMatchObject({ claudeAiOauth: { accessToken: 'stand-in-of-anthropic', scopes: ['user:inference'], subscriptionType: 'max' } })
  expect(claudeLoginInBox('{"claudeAiOauth": {}}', standIn)).toBeUndefined()
  expect(claudeLoginInBox('{"cut', standIn)).toBeUndefined()
})

it('makes one of a Codex that is signed in with a key', () => {
  const made = codexLoginInBox(JSON.stringify({ OPENAI_API_KEY: 'sk-key-real' }), standIn)
  holdsNone(made?.text ?? '')
  expect(made?.credentials).toEqual([{ provider: 'openai', value: 'sk-key-real', placeholder: 'stand-in-of-openai' }])
  expect(isAccountInBox(made?.text)).toBe(false)
})

it('makes one of a Codex that is signed in with an account', () => {
  const token = `head.${Buffer.from(JSON.stringify({ exp: 9, 'https://api.openai.com/auth': { chatgpt_account_id: 'acc-1' } })).toString('base64url')}.sk-key-real`
  const made = codexLoginInBox(JSON.stringify({ OPENAI_API_KEY: null, tokens: { access_token: token, refresh_token: 'pi-refresh-real', id_token: 'pi-access-real' } }), standIn)
  holdsNone(made?.text ?? '')
  expect(made).toMatchObject({ expiresAt: 9_000, credentials: [{ provider: 'openai', value: token, placeholder: 'stand-in-of-openai-account', headers: { 'chatgpt-account-id': 'acc-1' } }] })
  expect(isAccountInBox(made?.text)).toBe(true)
  // The file's own word for the account wins; without any, or with one that is no number, there is nothing to call with.
  expect(codexLoginInBox(JSON.stringify({ tokens: { access_token: token, account_id: 'acc-2' } }), standIn)?.credentials[0]?.headers).toEqual({ 'chatgpt-account-id': 'acc-2' })
  for (const tokens of [{ access_token: 'x' }, { access_token: 'a.b.c' }, { access_token: token, account_id: 'a\r\nb: c' }, {}]) expect(codexLoginInBox(JSON.stringify({ tokens }), standIn)).toBeUndefined()
})

it('makes one of Pi for every service, and takes no command along', () => {
  const made = piLoginInBox(JSON.stringify({ 'openai-codex': { type: 'oauth', access: 'pi-access-real', refresh: 'pi-refresh-real', expires: 9 }, openrouter: { type: 'api_key', key: 'sk-key-real' }, groq: { type: 'api_key', key: '!op read x' } }), standIn)
  holdsNone(made?.text ?? '')
  expect(Object.keys(JSON.parse(made?.text ?? '') as object)).toEqual(['openai-codex', 'openrouter'])
  expect(made).toMatchObject({ expiresAt: 9, credentials: [{ provider: 'openai', value: 'pi-access-real' }, { provider: 'openrouter', value: 'sk-key-real' }] })
})
