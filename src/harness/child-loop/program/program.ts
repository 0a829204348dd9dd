import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ModelChoice } from '../model-choice.ts'
import type { FromProgram, ToProgram } from '../protocol.ts'
import { CallDesk } from './call-desk.ts'
import { ContextMeter } from './context-meter.ts'
import type { Message } from './conversation.ts'
import { KeptOutputs } from './kept-outputs.ts'
import { letCallsWait } from './let-calls-wait.ts'
import { systemPrompt } from './system-prompt.ts'
import type { Fetch } from './tools/fetch-page.ts'
import { offeredTools } from './offered-tools.ts'
import { Pictures } from './pictures.ts'
import { openTranscript } from './transcript.ts'
import { Turn, type TurnPlace } from './turn.ts'
import { ModelFailure } from './with-retry.ts'

export interface ProgramDeps extends Pick<TurnPlace, 'now' | 'chance' | 'pause'> {
  readonly send: (message: FromProgram) => void
  readonly fetch: Fetch
  readonly platform: string
}

/** What makes one loop differ from another. */
export interface Loop {
  /** Its folder of records. */
  readonly harness: string
  /** Shown to people: "The omni loop". */
  readonly title: string
  readonly version: string
  /** Loads what the first call needs, so that neither the start nor the call waits for it. */
  warmUp(choice: ModelChoice): Promise<void>
  /** Asks the model, runs the calls it makes, and asks again until it makes none and nobody has added anything. @throws as `Turn.step` */
  runTurn(turn: Turn, place: TurnPlace): Promise<void>
}

interface Running {
  readonly interrupt: AbortController
  readonly steers: string[]
}

/** Hears orders, runs one turn at a time, and tells what happens. */
export function createProgram(loop: Loop, deps: ProgramDeps): { hear(message: ToProgram): Promise<void> } {
  const { send } = deps
  let place: TurnPlace | undefined
  let model: ModelChoice | undefined
  let running: Running | undefined
  let warm: Promise<unknown> = Promise.resolve()
  /** Steers that came when the turn was just over: they go with the next prompt. */
  let early: string[] = []

  async function start(message: Extract<ToProgram, { type: 'start' }>): Promise<void> {
    const { workspace, instructions, effort, home, resume } = message
    const tools = offeredTools(message)
    const pictures = new Pictures(home, loop.harness)
    const current = (model = message.model)
    const [transcript, system] = await Promise.all([
      openTranscript({ home, harness: loop.harness, resume }),
      systemPrompt({ workspace, tools: tools.map(({ name }) => name), instructions, today: new Date(deps.now()).toISOString().slice(0, 10), platform: deps.platform }),
    ])
    const desk = new CallDesk({ workspace, tools, pictures, outputs: new KeptOutputs(home, loop.harness), send, fetch: deps.fetch })
    place = { ...deps, transcript, desk, pictures, meter: new ContextMeter(system), system, tools, effort, model: () => model ?? current }
    send({ type: 'ready', version: loop.version, token: transcript.token })
    // Never rejects: what is wrong, the first call says.
    warm = Promise.allSettled([letCallsWait(), loop.warmUp(current)])
  }
  async function run({ turn, text, images }: Extract<ToProgram, { type: 'prompt' }>, here: TurnPlace): Promise<void> {
    const interrupt = new AbortController()
    const active: Running = { interrupt, steers: early }
    early = []
    running = active
    await warm
    const order = { turn, steers: active.steers, signal: interrupt.signal }
    const ending = await readPrompt(text, images, here.pictures).then((message) => here.transcript.add(message)).then(() => loop.runTurn(new Turn(order, here), here)).then<FromProgram, FromProgram>(
      () => ({ type: 'settled', outcome: 'completed' }),
      (error: unknown) => (interrupt.signal.aborted ? { type: 'settled', outcome: 'interrupted' } : failure(error, loop.title, deps)),
    )
    running = undefined
    // Added after the last look: not lost.
    early = active.steers.splice(0)
    send(ending)
  }

  return {
    async hear(message) {
      switch (message.type) {
        case 'start': return await start(message)
        case 'prompt':
          // Not awaited: verdicts and interrupts must be heard while it runs. It ends in `settled` or `failed`, whatever happens.
          if (place !== undefined) void run(message, place)
          return
        case 'steer':
          ;(running?.steers ?? early).push(message.text)
          return send({ type: 'steered', when: running === undefined ? 'next' : 'now' })
        case 'model':
          model = message.model
          return
        case 'interrupt': return running?.interrupt.abort(new Error('interrupted'))
        case 'verdict':
        case 'result': return place?.desk.hear(message)
      }
    },
  }
}

/** The pictures of a prompt are kept: the files may go. */
async function readPrompt(text: string, images: Extract<ToProgram, { type: 'prompt' }>['images'], pictures: Pictures): Promise<Message> {
  const kept = await Promise.all(images.map(async ({ file, mediaType }) => await pictures.keep(basename(file), mediaType, await readFile(file))))
  return { role: 'user', text, ...(kept.length === 0 ? {} : { pictures: kept }) }
}

function failure(error: unknown, title: string, { send, now }: Pick<ProgramDeps, 'send' | 'now'>): FromProgram {
  if (!(error instanceof ModelFailure)) {
    const reason = error instanceof Error ? error.message : String(error)
    return { type: 'failed', reason: `${title} failed: ${reason}`, advice: 'Send the prompt again. If it fails again, report it with what you asked.' }
  }
  const { limited, message, advice, waitMs } = error.problem
  if (limited === true) send({ type: 'limited', message, ...(waitMs === undefined ? {} : { resetAt: now() + Math.round(waitMs) }) })
  return { type: 'failed', reason: `The model service refused: ${message}`, advice }
}
