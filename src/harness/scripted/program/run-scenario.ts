import type { Step } from '../scenario.ts'
import type { Turn } from './turn.ts'

/** A scenario that ends its turn as failed. */
export class ScenarioFailure extends Error {
  readonly advice: string

  constructor(reason: string, advice: string) {
    super(reason)
    this.name = 'ScenarioFailure'
    this.advice = advice
  }
}

/** Plays steps in order; `more` gives what a steer added meanwhile. */
export async function runScenario(steps: readonly Step[], turn: Turn, more: () => readonly Step[]): Promise<void> {
  const open = [...steps]
  for (let step = open.shift(); step !== undefined; step = open.shift()) {
    await runStep(step, turn)
    open.unshift(...more())
  }
}

async function runStep(step: Step, turn: Turn): Promise<void> {
  if ('say' in step) return turn.say(step.say, step.deltas ?? 1)
  if ('think' in step) return turn.think(step.think)
  if ('shell' in step) return void (await turn.use({ tool: 'shell', input: { command: step.shell } }))
  if ('write' in step) return void (await turn.use({ tool: 'write', input: step.write }))
  if ('edit' in step) return void (await turn.use({ tool: 'edit', input: step.edit }))
  if ('read' in step) return void (await turn.use({ tool: 'read', input: { path: step.read } }))
  if ('plan' in step) return turn.plan(step.plan.map((entry) => (typeof entry === 'string' ? { text: entry, status: 'pending' } : entry)))
  if ('wait' in step) return turn.wait(step.wait)
  if ('usage' in step) return turn.usage(definedOnly(step.usage))
  if ('stall' in step) return stall(turn)
  const { status, message } = step.error
  throw new ScenarioFailure(
    message ?? `The scripted model answered with an error${status === undefined ? '' : ` (${status})`}.`,
    'The scenario asked for this failure; take its error step out.',
  )
}

/** Until an interrupt: each wait ends by itself, so that a stalled program still notices that it is not wanted. */
async function stall(turn: Turn): Promise<never> {
  for (;;) await turn.wait(60_000)
}

function definedOnly<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  // Proof: every member that is undefined has been taken out.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as { [Key in keyof Value]: Exclude<Value[Key], undefined> }
}
