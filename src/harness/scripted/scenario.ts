import { z } from 'zod'
import { PlanEntry } from '../../spec/events/turn-data.ts'
import { Usage } from '../../spec/events/usage.ts'

const path = z.string().min(1).max(4_096)
const count = z.number().int().nonnegative()

/** One step of a scenario. The words are those of `test/model-stub`, so one plan drives every harness. */
export const Step = z.union([
  /** `deltas`: in how many pieces the text is streamed. */
  z.strictObject({ say: z.string(), deltas: z.number().int().min(1).max(10_000).optional() }),
  z.strictObject({ think: z.string() }),
  z.strictObject({ shell: z.string() }),
  z.strictObject({ write: z.strictObject({ path, content: z.string() }) }),
  z.strictObject({ edit: z.strictObject({ path, old: z.string().min(1), new: z.string() }) }),
  z.strictObject({ read: path }),
  z.strictObject({ plan: z.array(z.union([z.string(), PlanEntry])) }),
  /** Says nothing more until it is interrupted. */
  z.strictObject({ stall: z.literal(true) }),
  /** Milliseconds of silence. */
  z.strictObject({ wait: z.number().int().min(0).max(3_600_000) }),
  /** The turn fails, as when a model refuses. */
  z.strictObject({ error: z.looseObject({ message: z.string().optional(), status: count.optional() }) }),
  /** Numbers for the step that is running. */
  z.strictObject({ usage: Usage.partial() }),
])
export type Step = z.infer<typeof Step>

export type Scenario =
  | { readonly type: 'plan'; readonly steps: readonly Step[] }
  | { readonly type: 'demo' }
  | { readonly type: 'invalid'; readonly problem: string }

/** The plan in a prompt: a JSON array right after `PLAN:`. Without one, the built-in demo. */
export function readScenario(told: string): Scenario {
  // After a switch the prompt comes behind the earlier conversation, whose plans have been played.
  const prompt = told.slice(told.lastIndexOf('\n[User]\n') + 1)
  const start = prompt.search(/PLAN:\s*\[/)
  if (start === -1) return { type: 'demo' }
  const text = balancedArray(prompt, prompt.indexOf('[', start))
  if (text === undefined) return { type: 'invalid', problem: 'the array after PLAN: has no end' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { type: 'invalid', problem: `the array after PLAN: is not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  const steps = z.array(z.json()).parse(value)
  const parsed = steps.map((step) => Step.safeParse(step))
  const bad = parsed.findIndex((step) => !step.success)
  if (bad !== -1) return { type: 'invalid', problem: `step ${bad + 1} of PLAN is not known: ${JSON.stringify(steps[bad]).slice(0, 200)}` }
  return { type: 'plan', steps: parsed.flatMap((step) => (step.success ? [step.data] : [])) }
}

/** The text of the array that opens at `from`, brackets in strings left alone. */
function balancedArray(text: string, from: number): string | undefined {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at += 1
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') {
      depth -= 1
      if (depth === 0) return text.slice(from, at + 1)
    }
  }
  return undefined
}
