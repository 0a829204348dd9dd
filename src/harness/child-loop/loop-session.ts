import { existsSync } from 'node:fs'
import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { recordGone, startJsonProgram, untilReady } from '../json-program.ts'
import { startMcpServers } from '../mcp-servers/mcp-servers.ts'
import { branchTranscript } from './branch-transcript.ts'
import { LoopConversation } from './loop-conversation.ts'
import type { ModelChoice, ModelChooser } from './model-choice.ts'
import { toolsWithin } from './tools.ts'
import { transcriptFile } from './transcript-file.ts'

export interface LoopProgram {
  readonly harness: string
  /** Shown to people: "The omni loop". */
  readonly title: string
  /** The Node that runs the program: an absolute path. */
  readonly node: string
  /** The program, and what it is told before the protocol begins. */
  readonly args: readonly string[]
  readonly models: ModelChooser
  /** Tokens that fit into one call, instead of what is known of the model. For tests. */
  readonly contextWindow?: number | undefined
}

/** Of the program and its tool servers, which have 30 seconds. */
const startMs = 50_000
/** An interrupt is over within two seconds: a program that takes longer is ended. */
const interruptMs = 1_500

/**
 * Starts the program and waits for its `ready`.
 * @throws {AppError} 'unavailable' when it does not come up or no model can be called; nothing is left running then.
 */
export async function startLoopSession(loop: LoopProgram, context: HarnessContext): Promise<HarnessSession> {
  if (context.signal.aborted) throw new AppError('unavailable', 'The session is closing.')
  const { title, models } = loop
  const { workspace, home, effort, instructions } = context
  const choose = (name: string | undefined): ModelChoice => {
    const answer = models.choose({ model: name, route: context.route, env: context.env })
    if (answer.type === 'problem') throw new AppError('unavailable', answer.message)
    const { choice } = answer
    return loop.contextWindow === undefined ? choice : { ...choice, window: loop.contextWindow }
  }
  const model = choose(context.model)
  const resume = await recordOf(loop, context)
  // Keys go over the protocol: neither the program's environment nor a command that the model runs has them.
  const env = Object.fromEntries(Object.entries(context.env).filter(([name]) => !models.keys.includes(name)))
  const ending = new AbortController()
  const servers = startMcpServers({ ...context, showsImages: true, signal: AbortSignal.any([context.signal, ending.signal]) })
  const conversation = new LoopConversation(title, context, { env, servers, model: model.label })
  const program = startJsonProgram(context, {
    title, file: loop.node, args: loop.args, env: { ...env, NODE_USE_ENV_PROXY: '1' },
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  conversation.attach(program)
  // Servers end with the program, however it ends.
  const over = program.gone.then(() => ending.abort()).then(() => servers).then((running) => running.close(), () => undefined)
  const given = { ...(effort === undefined ? {} : { effort }), ...(resume === undefined ? {} : { resume }) }
  const ready = servers.then(async ({ tools, keeps }) => {
    const served = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
    await conversation.begin({ type: 'start', version: 1, workspace, home, model, instructions, tools: [...toolsWithin(context.tools)], served, ...given })
    return keeps
  })
  const keepsServer = await untilReady(context, program, ready, { title, withinMs: startMs }).catch(async (error: unknown) => {
    await over
    throw error
  })
  return {
    prompt: (prompt) => conversation.prompt(prompt),
    steer: (text) => conversation.steer(text),
    async interrupt() {
      // One that does not listen is ended: its turn is over when it is.
      const cancel = context.clock.after(interruptMs, () => void program.stop(0))
      await conversation.interrupt()
      cancel()
    },
    async setModel(name) {
      conversation.setModel(choose(name))
    },
    keeps: ({ pid }) => pid === program.pid || keepsServer({ pid }),
    async close() {
      await conversation.stopCommands()
      await program.stop(1_000)
      await over
    },
  }
}

/** The record to go on with: an earlier one, or a copy of another session's. @throws {AppError} 'unavailable' when it is gone. */
async function recordOf({ harness, title }: LoopProgram, { home, resume, forkOf, emit }: HarnessContext): Promise<string | undefined> {
  const token = forkOf === undefined ? resume : await branchTranscript(harness, forkOf, home)
  if (resume === undefined && forkOf === undefined) return undefined
  if (token !== undefined && existsSync(transcriptFile(home, harness, token))) return token
  emit({ type: 'resume.lost' })
  throw recordGone(title)
}
