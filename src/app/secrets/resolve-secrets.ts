import { makePlaceholder } from '../../omnibox/gateway/placeholder.ts'
import type { AgentSpec } from '../../spec/agent/agent-spec.ts'
import { AppError } from '../../spec/app-error.ts'
import { type SecretTerms, secretTerms } from '../../spec/config/secret-terms.ts'
import { didYouMean } from '../../spec/yaml/did-you-mean.ts'
import type { SecretUse } from '../../spec/net/net-request.ts'
import type { DefinedSecret, DefinedSecrets } from './defined-secrets.ts'
import { narrowHosts } from './narrow-hosts.ts'
import { placeholderChoice } from './placeholder-choice.ts'
import { readSecretValue, type SecretSources } from './read-secret-value.ts'

/**
 * A secret as one session may use it; the gateway's `Secret` and more. `value` is there for who asks for it by name, and for nobody else: it is not
 * enumerable, so neither `inspect` nor JSON nor a copy by spreading has it. What carries it to another process must name it.
 */
export interface ResolvedSecret {
  readonly name: string
  readonly value: string
  /** The stand-in: what programs of the session see. Same length; the same for the same session and kind of value. */
  readonly placeholder: string
  readonly hosts: readonly string[]
  /** Variables that get the stand-in. */
  readonly env: readonly string[]
  /** How a rule puts it into a request, one entry for each of `hosts`, in their order. */
  readonly uses: readonly { readonly host: string; readonly use: SecretUse }[]
}

export interface ResolvedSecrets {
  readonly secrets: readonly ResolvedSecret[]
  /** For a person; no values in them. */
  readonly warnings: readonly string[]
}

export interface SecretsRequest {
  readonly session: string
  /** What the agent asks for: `secrets` of its resolved file. */
  readonly asked: AgentSpec['secrets']
  readonly defined: DefinedSecrets
  readonly sources: SecretSources
  /** @see readPlaceholderKey */
  readonly placeholderKey: Uint8Array
  readonly signal?: AbortSignal
}

/**
 * Finds the secrets that an agent asks for and reads their values: all of them, or none.
 * @throws {AppError} with everything that is wrong: 'invalid' for a name that nobody defined, a host that is not the secret's, and two secrets for one
 * variable; 'unavailable' for values that can not be read. Never with a value.
 */
export async function resolveSecrets({ session, asked, defined, sources, placeholderKey, signal }: SecretsRequest): Promise<ResolvedSecrets> {
  const terms = agree(asked, defined)
  const read = await Promise.allSettled(terms.map(async ({ name, known: { definition: { from } } }) => readSecretValue(name, from, sources, signal)))
  const failures = read.flatMap((each) => (each.status === 'rejected' ? [foreseen(each.reason)] : []))
  if (failures.length > 0) throw new AppError('unavailable', failures.map(({ message }) => message).join('\n'), { cause: failures[0] })
  const found = terms.flatMap((each, index) => {
    const result = read[index]
    return result?.status === 'fulfilled' ? [{ ...each, ...result.value }] : []
  })
  return {
    secrets: found.map(({ name, value, hosts, terms: { env, useFor } }) => sealed(value, {
      name, placeholder: makePlaceholder(value, placeholderChoice(placeholderKey, session, name)), hosts, env, uses: hosts.map((host) => ({ host, use: useFor(host) })),
    })),
    warnings: found.flatMap(({ warning }) => warning ?? []),
  }
}

interface Agreed {
  readonly name: string
  readonly known: DefinedSecret
  readonly terms: SecretTerms
  readonly hosts: readonly string[]
}

/** What of the wishes is granted; all that is not is one error. */
function agree(asked: AgentSpec['secrets'], defined: DefinedSecrets): readonly Agreed[] {
  const problems: string[] = []
  const agreed = Object.entries(asked).flatMap(([name, { hosts: narrowed }]): Agreed[] => {
    const known = defined.get(name)
    if (known === undefined) {
      const meant = didYouMean(name, [...defined.keys()])
      problems.push(`There is no secret "${name}".${meant === undefined ? '' : ` Did you mean "${meant}"?`} To define it: omni secret set ${name}`)
      return []
    }
    const terms = secretTerms(name, known.definition)
    const { hosts, outside } = narrowHosts(terms.hosts, narrowed)
    if (outside.length > 0) problems.push(`The secret "${name}" does not go to ${outside.join(', ')}: an agent may narrow its hosts, never widen them. They are: ${terms.hosts.join(', ')}`)
    return [{ name, known, terms, hosts }]
  })
  const takers = Map.groupBy(agreed.flatMap(({ name, terms: { env } }) => env.map((variable) => ({ name, variable }))), ({ variable }) => variable)
  for (const [variable, users] of takers) {
    if (users.length > 1) problems.push(`The secrets ${users.map(({ name }) => `"${name}"`).join(' and ')} both go into the variable ${variable}. Give one of them another: env: NAME in its definition`)
  }
  if (problems.length > 0) throw new AppError('invalid', problems.join('\n'))
  return agreed
}

function foreseen(reason: unknown): AppError {
  if (reason instanceof AppError) return reason
  throw reason
}

function sealed(value: string, open: Omit<ResolvedSecret, 'value'>): ResolvedSecret {
  // Proof: the property that the type wants beside `open` is defined here.
  return Object.freeze(Object.defineProperty({ ...open }, 'value', { value, enumerable: false })) as ResolvedSecret
}
