import { suggestion } from '../yaml/did-you-mean.ts'
import { quote } from '../yaml/problem.ts'
import type { AgentSpec } from './agent-spec.ts'
import { findHarness, fitModel } from './check-model.ts'
import type { KnownHarness, ModelFamily } from './load-request.ts'

export interface HarnessChoice {
  readonly agent: Pick<AgentSpec, 'harness' | 'model'>
  readonly knownHarnesses: readonly KnownHarness[]
  /** A person's own choice (`--harness`); the file's list then does not count. */
  readonly requested?: string
  /** A person's own choice (`--model`). */
  readonly requestedModel?: string
  /** From the configuration, for agents that name none. */
  readonly defaultHarness?: string
  readonly models?: readonly ModelFamily[]
}

export type SelectedHarness =
  | { readonly ok: true; readonly harness: string; readonly model?: string; readonly notices: readonly string[] }
  /** `message` says what to do. */
  | { readonly ok: false; readonly message: string }

/** The first harness in order of preference that is here and can reach the model. Those passed over are named in `notices`. */
export function selectHarness(choice: HarnessChoice): SelectedHarness {
  const { agent, knownHarnesses, requested, defaultHarness } = choice
  const here = knownHarnesses.filter(({ available }) => available).map(({ id }) => id)
  const wanted = requested !== undefined ? [requested] : agent.harness.length > 0 ? agent.harness : [defaultHarness].filter((id) => id !== undefined)
  if (wanted.length === 0) return { ok: false, message: `the agent names no harness and none is configured; ${listHere(here)}` }
  const refusals: string[] = []
  for (const harness of wanted) {
    const model = choice.requestedModel ?? (typeof agent.model === 'object' ? agent.model[harness] : agent.model)
    const refusal = refuse(choice, harness, model)
    if (refusal === undefined) return { ok: true, harness, ...(model === undefined ? {} : { model }), notices: refusals.map((text) => `skipped: ${text}`) }
    refusals.push(refusal)
  }
  return { ok: false, message: `${refusals.join('; ')}; ${listHere(here)}` }
}

function refuse({ knownHarnesses, models = [] }: HarnessChoice, id: string, model: string | undefined): string | undefined {
  const known = findHarness(id, knownHarnesses)
  if (known === undefined) {
    const hint = suggestion(id, knownHarnesses.map((harness) => harness.id))
    return `there is no harness ${quote(id)}${hint === undefined ? '' : ` (${hint})`}`
  }
  if (!known.available) return `harness ${quote(id)} is not available yet`
  const fit = model === undefined ? undefined : fitModel(model, id, { models, knownHarnesses })
  return fit?.type === 'unreachable' ? `harness ${quote(id)} cannot reach model ${quote(model ?? '')} of ${fit.vendor}` : undefined
}

function listHere(here: readonly string[]): string {
  return here.length === 0 ? 'none is available here' : `available here: ${here.join(', ')}`
}
