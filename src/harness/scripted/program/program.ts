import { readScenario } from '../scenario.ts'
import type { Step } from '../scenario.ts'
import type { FromProgram, ToProgram } from '../protocol.ts'
import { runDemo } from './run-demo.ts'
import { runScenario, ScenarioFailure } from './run-scenario.ts'
import { openTranscript } from './transcript.ts'
import type { Transcript } from './transcript.ts'
import { createTurn } from './turn.ts'
import type { Turn, TurnPlace } from './turn.ts'
import { createWorkspaceFiles } from '../../workspace-files.ts'

export const programVersion = '1.0.0'

export interface ProgramDeps {
  readonly send: (message: FromProgram) => void
  readonly pause: TurnPlace['pause']
}

interface Running {
  readonly turn: Turn
  readonly interrupt: AbortController
  readonly steers: string[]
}

export function createProgram(deps: ProgramDeps): { hear(message: ToProgram): Promise<void> } {
  const { send } = deps
  let place: { workspace: string; transcript: Transcript } | undefined
  let model: string | undefined
  let running: Running | undefined

  async function play(prompt: string, active: Running, transcript: Transcript): Promise<void> {
    const scenario = readScenario(prompt)
    if (scenario.type === 'invalid') throw new ScenarioFailure(`The plan cannot be read: ${scenario.problem}.`, 'Mend the PLAN in the prompt.')
    if (scenario.type === 'plan') return runScenario(scenario.steps, active.turn, () => takeSteers(active))
    await runDemo({ prompt, earlierTurns: transcript.turns - 1 }, active.turn)
    await runScenario(takeSteers(active), active.turn, () => takeSteers(active))
  }
  async function runTurn(turnId: string, text: string, { workspace, transcript }: { workspace: string; transcript: Transcript }): Promise<void> {
    const interrupt = new AbortController()
    const { signal } = interrupt
    const turn = createTurn({ turn: turnId, files: createWorkspaceFiles(workspace), send, pause: deps.pause, model: () => model, signal })
    const active: Running = { turn, interrupt, steers: [] }
    running = active
    // Remembered before it runs: also a turn that a crash cuts off was had.
    const ending = await transcript.add(turnId, text).then(() => play(text, active, transcript)).then<FromProgram, FromProgram>(
      () => ({ type: 'settled', outcome: 'completed' }),
      (error: unknown) => (signal.aborted ? { type: 'settled', outcome: 'interrupted' } : failure(error)),
    )
    running = undefined
    turn.end()
    send(ending)
  }

  return {
    async hear(message) {
      switch (message.type) {
        case 'start': {
          const transcript = await openTranscript(message.home, message.resume)
          place = { workspace: message.workspace, transcript }
          model = message.model
          return send({ type: 'ready', version: programVersion, token: transcript.token, ...(model === undefined ? {} : { model }) })
        }
        case 'prompt':
          // Not awaited: verdicts and interrupts must be heard while it runs. It ends in `settled`, whatever happens.
          if (place !== undefined) void runTurn(message.turn, message.text, place)
          return
        case 'steer':
          running?.steers.push(message.text)
          return send({ type: 'steered' })
        case 'model':
          model = message.model
          return
        case 'interrupt': return running?.interrupt.abort(new Error('interrupted'))
        case 'verdict':
        case 'result': return running?.turn.hear(message)
      }
    },
  }
}

function takeSteers(active: Running): Step[] {
  return active.steers.splice(0).flatMap((text): Step[] => {
    const scenario = readScenario(text)
    return scenario.type === 'plan' ? [...scenario.steps] : [{ say: `You said: ${text}` }]
  })
}

function failure(error: unknown): FromProgram {
  if (error instanceof ScenarioFailure) return { type: 'settled.failed', reason: error.message, advice: error.advice }
  const reason = error instanceof Error ? error.message : String(error)
  return { type: 'settled.failed', reason: `The scripted program failed: ${reason}`, advice: 'Report this with the prompt that led to it.' }
}
