import { expect, it } from 'vitest'
import { UsageMeter } from './usage-meter.ts'

const result = (outputTokens: number, total_cost_usd: number) => ({ total_cost_usd, modelUsage: { m: { inputTokens: 0, outputTokens, contextWindow: 200_000 } } })

function call(meter: UsageMeter, output: number) {
  meter.hearStart({ model: 'm', usage: { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 20 } })
  meter.hearDelta({ output_tokens: output })
  return meter.endCall()
}

it('tells each call with what fills the window', () => {
  expect(call(new UsageMeter(), 5)).toEqual({ model: 'm', usage: { input: 100, output: 5, cacheRead: 20, cacheWrite: 0 }, used: 125 })
})

it('knows the size of the window from the first result on', () => {
  const meter = new UsageMeter()
  meter.hearResult(result(0, 0))
  expect(call(meter, 5)).toMatchObject({ window: 200_000 })
})

it('tells at the end of a turn what no call told: sub-agents, summaries', () => {
  const meter = new UsageMeter()
  call(meter, 5)
  expect(meter.hearResult(result(12, 0.5))).toEqual({ microUsd: 500_000, model: 'm', rest: { input: 0, output: 7, cacheRead: 0, cacheWrite: 0 } })
  call(meter, 3)
  expect(meter.hearResult(result(15, 0.75))).toEqual({ microUsd: 250_000, model: 'm' })
})

it('does not count again what a conversation had used before it was taken up', () => {
  const meter = new UsageMeter()
  meter.startFrom({ total_cost_usd: 2, model_usage: { m: { outputTokens: 900 } } })
  expect(meter.hearResult(result(904, 2.25))).toMatchObject({ microUsd: 250_000, rest: { output: 4 } })
})

it('never goes back when a failed start says zero', () => {
  const meter = new UsageMeter()
  meter.hearResult(result(10, 1))
  expect(meter.hearResult({ total_cost_usd: 0, modelUsage: {} })).toEqual({ microUsd: 0 })
  expect(meter.hearResult(result(11, 1.5))).toMatchObject({ microUsd: 500_000, rest: { output: 1 } })
})
