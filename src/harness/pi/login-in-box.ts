import { own } from '../../base/own.ts'
import type { LoginInBox } from '../../spec/ports/vendor-login.ts'
import { record, text as textOf } from '../json-program.ts'
import { loginJson, neverMs } from '../login-json.ts'

/** Its names of services, where they differ from ours. */
const services: Readonly<Record<string, string>> = { 'openai-codex': 'openai', 'google-gemini-cli': 'google' }

/** `auth.json`: by service `{type: 'api_key', key}` or `{type: 'oauth', access, refresh, expires, …}`. */
export function piLoginInBox(text: string, standIn: (name: string, value: string) => string): LoginInBox | undefined {
  const login = loginJson(text)
  if (login === undefined) return undefined
  const credentials: { provider: string; value: string; placeholder: string }[] = []
  const ends: number[] = []
  const shown = Object.fromEntries(Object.entries(login).flatMap(([service, entry]) => {
    const signed = record(entry)
    const field = signed['type'] === 'oauth' ? 'access' : 'key'
    const value = textOf(signed[field])
    // A key may be a command to run, or the name of a variable: not here.
    if (value === '' || value.startsWith('!')) return []
    const placeholder = standIn(service, value)
    credentials.push({ provider: own(services, service) ?? service, value, placeholder })
    if (typeof signed['expires'] === 'number') ends.push(signed['expires'])
    return [[service, field === 'key' ? { type: 'api_key', key: placeholder } : { ...signed, access: placeholder, refresh: '', expires: neverMs }] as const]
  }))
  return { text: JSON.stringify(shown), credentials, ...(ends.length === 0 ? {} : { expiresAt: Math.min(...ends) }) }
}
