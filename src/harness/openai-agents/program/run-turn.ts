import type { Turn, TurnPlace } from '../../child-loop/program/turn.ts'
import { askThrough } from './ask-model.ts'
import type { Sdk, SdkModel } from './sdk.ts'
import { TurnCalls } from './turn-calls.ts'

/** One turn of the library's loop: it asks its model, which is `Turn.step`, and runs our tools. @see Loop */
export async function runTurn(sdk: Sdk, turn: Turn, place: TurnPlace): Promise<void> {
  const { signal, steers } = turn.order
  const calls = new TurnCalls(turn, place)
  const step = createStep(sdk, turn, calls)
  const agent = new sdk.Agent({
    name: 'agent', instructions: place.system, model: step.model,
    tools: place.tools.map(({ name, description, schema }) => sdk.tool({ name, description, parameters: schema, strict: false, execute: (_input, _context, { toolCall }) => calls.run(toolCall.callId) })),
  })
  const runner = new sdk.Runner({ modelProvider: { getModel: () => step.model }, tracingDisabled: true, toolNotFoundBehavior: 'return_error_to_model' })
  try {
    do {
      // The model is told our conversation, which the prompt is part of already.
      const run = await runner.run(agent, '', { stream: true, signal, maxTurns: null })
      await run.completed
      signal.throwIfAborted()
    } while (steers.length > 0)
  } catch (error) {
    signal.throwIfAborted()
    throw step.failure() ?? error
  } finally {
    // An interrupted library does not wait for what it began.
    await step.over()
    await calls.settle()
  }
}

/** The library's model: each call is one step of our turn. */
function createStep(sdk: Sdk, turn: Turn, calls: TurnCalls): { readonly model: SdkModel; failure(): unknown; over(): Promise<unknown> } {
  let failure: unknown
  let running: Promise<unknown> = Promise.resolve()
  const model: SdkModel = {
    getResponse: () => Promise.reject(new Error('This model only streams.')),
    async *getStreamedResponse(request) {
      await calls.settle()
      const asking = turn.step(askThrough(sdk, request))
      running = asking.catch((error: unknown) => {
        failure = error
      })
      const answer = await asking
      const said = answer.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
      yield {
        type: 'response_done',
        response: {
          id: turn.next('r'), usage: { inputTokens: answer.usage.input, outputTokens: answer.usage.output, totalTokens: answer.total },
          output: [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: said }] }, ...calls.offer(answer.calls)],
        },
      }
    },
  }
  return { model, failure: () => failure, over: () => running }
}
