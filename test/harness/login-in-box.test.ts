import { expect, it } from 'vitest'
import { claudeLoginInBox } from '../../src/harness/claude-code/login-in-box.ts'
import { codexLoginInBox } from '../../src/harness/codex/login-in-box.ts'
import { piLoginInBox } from '../../src/harness/pi/login-in-box.ts'

const standIn = (name: string): string => `stand-in-of-${name.replaceAll(' ', '-')}`
const jwt = (claims: object): string => ['{"alg":"RS256"}', JSON.stringify(claims), 'real-signature'].map((part) => Buffer.from(part).toString('base64url')).join('.')
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
const secrets = ['sk-ant-oat01-real', 'sk-ant-ort01-real', Buffer.from('real-signature').toString('base64url'), 'rt-real', 'sk-key-real', 'pi-access-real', 'pi-refresh-real']
const holdsNone = (text: string): void => expect(secrets.filter((secret) => text.includes(secret))).toEqual([])

it('makes a sign-in of Claude Code that is none', () => {
  const made = claudeLoginInBox(JSON.stringify({ claudeAiOauth: { accessToken: 'sk-ant-oat01-real', refreshToken: 'sk-ant-ort01-real', expiresAt: 5, scopes: ['user:inference'], subscriptionType: 'max' }, other: 'sk-key-real' }), standIn)
  expect(made).toMatchObject({ credentials: [{ provider: 'anthropic', value: 'sk-ant-oat01-real', placeholder: 'stand-in-of-anthropic' }], expiresAt: 5 })
  holdsNone(made?.text ?? '')
  expect(JSON.parse(made?.text ?? '')).toMatchObject({ claudeAiOauth: { accessToken: 'stand-in-of-anthropic', scopes: ['user:inference'], subscriptionType: 'max' } })
  expect(claudeLoginInBox('{"claudeAiOauth": {}}', standIn)).toBeUndefined()
  expect(claudeLoginInBox('{"cut', standIn)).toBeUndefined()
})

it('makes a sign-in of Codex whose claims are the same and whose signature is nobody’s', () => {
  const token = jwt({ sub: 'me', exp: 7 })
  const made = codexLoginInBox(JSON.stringify({ auth_mode: 'chatgpt', OPENAI_API_KEY: 'sk-key-real', tokens: { id_token: token, access_token: token, refresh_token: 'rt-real', account_id: 'acc' }, last_refresh: '2026-01-01T00:00:00Z' }), standIn)
  holdsNone(made?.text ?? '')
  const shown = JSON.parse(made?.text ?? '') as { auth_mode: string; tokens: Record<string, string> }
  expect([shown.auth_mode, shown.tokens['account_id'], claimsOf(shown.tokens['id_token'] ?? '')['sub']]).toEqual(['chatgpt', 'acc', 'me'])
  expect(made).toMatchObject({ expiresAt: 7_000, credentials: [{ provider: 'openai', value: token, placeholder: shown.tokens['access_token'] }] })
  expect(Number(claimsOf(shown.tokens['access_token'] ?? '')['exp'])).toBeGreaterThan(4_000_000_000)
})

it('makes one of a Codex that is signed in with a key', () => {
  const made = codexLoginInBox(JSON.stringify({ OPENAI_API_KEY: 'sk-key-real' }), standIn)
  holdsNone(made?.text ?? '')
  expect(made?.credentials).toEqual([{ provider: 'openai', value: 'sk-key-real', placeholder: 'stand-in-of-openai-key' }])
})

it('makes one of Pi for every service, and takes no command along', () => {
  const made = piLoginInBox(JSON.stringify({ 'openai-codex': { type: 'oauth', access: 'pi-access-real', refresh: 'pi-refresh-real', expires: 9 }, openrouter: { type: 'api_key', key: 'sk-key-real' }, groq: { type: 'api_key', key: '!op read x' } }), standIn)
  holdsNone(made?.text ?? '')
  expect(Object.keys(JSON.parse(made?.text ?? '') as object)).toEqual(['openai-codex', 'openrouter'])
  expect(made).toMatchObject({ expiresAt: 9, credentials: [{ provider: 'openai', value: 'pi-access-real' }, { provider: 'openrouter', value: 'sk-key-real' }] })
})
