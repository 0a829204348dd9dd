import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createLineSplitter } from '../../base/line-splitter.ts'
import { AppError } from '../../spec/app-error.ts'
import type { BoxProcess } from '../../spec/ports/box.ts'
import type { HarnessContext, HarnessSession, HarnessSignal } from '../../spec/ports/harness.ts'
import { recordGone } from '../json-program.ts'
import { createCallGate } from './call-gate.ts'
import { FromProgram, maxLineBytes } from './protocol.ts'
import type { ToProgram } from './protocol.ts'

const startMs = 20_000
/** An interrupt is over within two seconds: a program that takes longer is ended. */
const interruptMs = 1_500
const maxErrorChars = 4_000

/**
 * Starts the program and waits for its `ready`.
 * @throws {AppError} 'unavailable' when it does not come up; nothing is left running then.
 */
export async function startScriptedSession(options: { readonly node: string; readonly program: string }, context: HarnessContext): Promise<HarnessSession> {
  const { workspace, home, model, resume } = context
  if (resume !== undefined && !existsSync(join(home, 'scripted', `${basename(resume)}.jsonl`))) {
    context.emit({ type: 'resume.lost' })
    throw recordGone('The scripted program')
  }
  const child = context.box.spawn({ file: options.node, args: [options.program], cwd: workspace, env: context.env })
  const session = attach(child, context)
  context.signal.addEventListener('abort', () => void session.close(), { once: true })
  const given = { ...(model === undefined ? {} : { model }), ...(resume === undefined ? {} : { resume }) }
  session.send({ type: 'start', workspace, home, ...given })
  const late = Promise.withResolvers<string>()
  const cancel = context.clock.after(startMs, () => late.resolve(`it did not answer within ${startMs / 1_000} s`))
  const problem = await Promise.race([session.ready, late.promise])
  cancel()
  if (problem === undefined) return session
  await session.close()
  throw new AppError('unavailable', `The scripted program did not start: ${problem}. Run "omni harness doctor" to look into it.`)
}

interface AttachedSession extends HarnessSession {
  send(message: ToProgram): void
  /** Resolves with what went wrong, or with undefined when the program is ready. */
  readonly ready: Promise<string | undefined>
}

function attach(child: BoxProcess, context: HarnessContext): AttachedSession {
  const ready = Promise.withResolvers<string | undefined>()
  let turn: PromiseWithResolvers<void> | undefined
  let gone = false
  let errors = ''

  const send = (message: ToProgram) => {
    if (gone) throw new AppError('unavailable', 'The scripted program has ended.')
    child.stdin.write(`${JSON.stringify(message)}\n`)
  }
  const calls = createCallGate(context, (message) => (gone ? undefined : send(message)))
  const settle = (signal: Extract<HarnessSignal, { type: 'settled' }>) => {
    if (turn === undefined) return // A program may say it twice; the turn is over once.
    const ended = turn
    turn = undefined
    calls.endTurn()
    context.emit(signal)
    ended.resolve()
  }
  const hear = (message: FromProgram) => {
    switch (message.type) {
      case 'ready':
        context.emit({ type: 'ready', version: message.version, ...(message.model === undefined ? {} : { model: message.model }) })
        context.emit({ type: 'resume', token: message.token })
        return ready.resolve(undefined)
      case 'call': return calls.propose(message.call, message.use)
      case 'done': return calls.done(message.call, message.outcome, message.output)
      case 'steered': return context.emit({ type: 'steer.landed', when: 'now' })
      // A turn is over when its commands are: an interrupted program is quicker than they are.
      case 'settled': return void calls.quiet().finally(() => settle(message))
      case 'settled.failed': {
        const { reason, advice } = message
        return void calls.quiet().finally(() => settle({ type: 'settled', outcome: 'failed', reason, advice }))
      }
      default: return context.emit(signalOf(message))
    }
  }
  const end = (detail: string) => {
    if (gone) return
    gone = true
    ready.resolve(detail)
    // Its commands end first: a turn that is over runs nothing.
    void calls.interrupt().finally(() => settle({ type: 'settled', outcome: 'failed', reason: `The scripted program ended in the middle of the turn: ${detail}`, advice: 'Send the prompt again; a new program is started.' }))
  }
  void readProgram(child, hear).then((problem) => {
    if (problem !== undefined) end(problem)
    return child.stop(0)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-maxErrorChars)))
  void child.exited.then((status) => {
    const detail = status.startError ?? `exit ${status.signal ?? status.code}${errors === '' ? '' : `: ${errors.trim()}`}`
    end(detail)
    context.emit({ type: 'exited', code: status.code, signal: status.signal, detail })
  })

  return {
    ready: ready.promise,
    send,
    async prompt({ turn: id, text }) {
      if (turn !== undefined) throw new AppError('conflict', 'A turn is running already.')
      send({ type: 'prompt', turn: id, text })
      turn = Promise.withResolvers()
      calls.startTurn()
    },
    async steer(text) {
      if (turn === undefined) throw new AppError('conflict', 'No turn is running.')
      send({ type: 'steer', text })
    },
    async interrupt() {
      const running = turn
      if (running === undefined) return
      send({ type: 'interrupt' })
      const cancel = context.clock.after(interruptMs, () => {
        // It does not listen: its turn is over when it is.
        void child.stop(0).then(() => settle({ type: 'settled', outcome: 'interrupted' }))
      })
      await calls.interrupt()
      await running.promise
      cancel()
    },
    async setModel(model) {
      send({ type: 'model', model })
    },
    keeps: ({ pid }) => pid === child.pid,
    async close() {
      await calls.interrupt()
      if (!gone) child.stdin.end()
      await child.stop(1_000)
    },
  }
}

/** Reads until the program ends. Resolves with what it said that is not its protocol, if it did. */
async function readProgram(child: BoxProcess, hear: (message: FromProgram) => void): Promise<string | undefined> {
  const splitter = createLineSplitter(maxLineBytes)
  try {
    for await (const chunk of child.stdout) {
      for (const line of splitter.push(chunk)) hear(FromProgram.parse(JSON.parse(line)))
    }
    return undefined
  } catch (error) {
    return `it does not keep to its protocol (${error instanceof Error ? error.message.slice(0, 500) : String(error)})`
  }
}

function signalOf(message: Extract<FromProgram, { type: 'step.started' | 'step.ended' | 'text' | 'reasoning' | 'message' | 'plan' }>): HarnessSignal {
  switch (message.type) {
    case 'step.started': {
      const { model, ...rest } = message
      return model === undefined ? rest : { ...rest, model }
    }
    case 'step.ended': {
      const { model, ...rest } = message
      return model === undefined ? rest : { ...rest, model }
    }
    case 'message': {
      const { reasoning, ...rest } = message
      return reasoning === undefined ? rest : { ...rest, reasoning }
    }
    default: return message
  }
}
