import { expect, it } from 'vitest'
import { readScenario } from './scenario.ts'

it('reads the steps after PLAN and leaves the text around it alone', () => {
  const steps = [{ say: 'a ] "b" \\' }, { shell: 'echo [' }, { write: { path: 'x', content: '{' } }, { stall: true }]
  expect(readScenario(`Please do this. PLAN: ${JSON.stringify(steps)} Thanks [really].`)).toEqual({ type: 'plan', steps })
})

it('is a demo without a plan', () => {
  expect(readScenario('Fix the PLAN of the house')).toEqual({ type: 'demo' })
})

it.each([
  ['PLAN:[{"say":"a"}', 'no end'],
  ['PLAN:[{say}]', 'not JSON'],
  ['PLAN:[{"say":"a"},{"explode":true}]', 'step 2'],
  ['PLAN:["say"]', 'step 1'],
])('says what is wrong with %s', (prompt, problem) => {
  expect(readScenario(prompt)).toMatchObject({ type: 'invalid', problem: expect.stringContaining(problem) })
})
