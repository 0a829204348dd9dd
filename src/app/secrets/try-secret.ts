import { matchHost } from '../../spec/net/match-host.ts'
import { createSecretBox } from '../../omnibox/gateway/secret-box.ts'
import { makePlaceholder } from '../../omnibox/gateway/placeholder.ts'
import { AppError } from '../../spec/app-error.ts'
import { type SecretTerms, secretTerms } from '../../spec/config/secret-terms.ts'
import { suggestion } from '../../spec/yaml/did-you-mean.ts'
import type { Config } from '../config.ts'
import { readDefinedSecrets } from './defined-secrets.ts'
import { readSecretValue, sourceText } from './read-secret-value.ts'
import { secretSources } from './secret-sources.ts'

const answerMs = 20_000

export interface TriedSecret {
  readonly from: string
  readonly hosts: readonly string[]
  readonly warning?: string
  /** Present with an address: the HTTP status, and how the secret was put in. */
  readonly answer?: { readonly status: number; readonly form: string }
}

/**
 * Reads a secret and, with an address on one of its hosts, makes one GET request with it, as the gateway would; redirects are not followed, and
 * nothing of the answer but its status is looked at.
 * @throws {AppError} 'not_found', 'invalid' for an address, 'forbidden' for one that the secret does not go to, 'unavailable' when there is no value or no answer.
 */
export async function trySecret(config: Config, name: string, address?: string): Promise<TriedSecret> {
  const defined = await readDefinedSecrets(config)
  const known = defined.get(name)
  if (known === undefined) throw new AppError('not_found', `There is no secret "${name}". ${suggestion(name, [...defined.keys()])?.replace(/^d/, 'D') ?? 'List them with: omni secret list'}`)
  const { from } = known.definition
  const terms = secretTerms(name, known.definition)
  // Before the value is read: a wrong address needs none.
  const target = address === undefined ? undefined : readTarget(name, terms, address)
  const { value, warning } = await readSecretValue(name, from, secretSources(config))
  const answer = target === undefined ? undefined : await send(name, value, terms, target)
  return { from: sourceText(from), hosts: terms.hosts, ...(warning === undefined ? {} : { warning }), ...(answer === undefined ? {} : { answer }) }
}

interface Target {
  readonly url: URL
  /** The one of the secret's hosts that it belongs to. */
  readonly pattern: string
}

function readTarget(name: string, { hosts }: SecretTerms, address: string): Target {
  const url = URL.parse(address)
  if (url === null || url.protocol !== 'https:') throw new AppError('invalid', 'The address must begin with https://: a secret goes nowhere in the open.')
  if (url.username !== '' || url.password !== '') throw new AppError('invalid', 'The address must be without a user name.')
  const pattern = hosts.find((each) => each === url.hostname) ?? hosts.find((each) => matchHost(each, url.hostname))
  if (pattern === undefined) throw new AppError('forbidden', `The secret "${name}" does not go to ${url.hostname}. Its hosts: ${hosts.join(', ')}`)
  return { url, pattern }
}

async function send(name: string, value: string, { hosts, useFor }: SecretTerms, { url, pattern }: Target): Promise<{ readonly status: number; readonly form: string }> {
  const use = useFor(pattern)
  const box = createSecretBox([{ name, value, placeholder: makePlaceholder(value), hosts }], { placeholderHosts: true })
  const list = box.inject(['user-agent', 'omni', 'accept', '*/*'], [use], url.hostname)
  const headers = new Headers()
  for (let at = 0; at < list.length; at += 2) headers.set(list[at] ?? '', list[at + 1] ?? '')
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(answerMs) })
    await response.body?.cancel()
    return { status: response.status, form: use.form }
  } catch (error) {
    throw new AppError('unavailable', `${url.host} did not answer: ${box.scrub(reasonOf(error))}`)
  }
}

/** fetch puts what happened into the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for a reason that nobody said.'
  if (error.name === 'TimeoutError') return `nothing came within ${answerMs / 1_000} seconds.`
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}
