import { expect, it } from 'vitest'
import { createOutputWindow } from './output-window.ts'

function windowOf(...pieces: readonly string[]) {
  const window = createOutputWindow('narrow it', 5)
  for (const piece of pieces) window.add(piece)
  return window
}

it('is the text itself while that is short', () => {
  const window = windowOf('01234', '56789')
  expect(window.text()).toBe('0123456789')
  expect(window.whole()).toBeUndefined()
})

it.each([[['0123456789x']], [['0', '1234', '5', '6789x']], [Array.from('0123456789x')]])('leaves out the middle, and has the whole: %j', (pieces) => {
  const window = windowOf(...pieces)
  expect(window.text()).toBe('01234\n[1 characters left out here; narrow it]\n6789x')
  expect(window.whole()).toBe('0123456789x')
})

it('keeps the end of a flood, and so much of the whole as is sensible', () => {
  const window = createOutputWindow('')
  for (let count = 0; count < 3_000; count += 1) window.add('y'.repeat(1_000))
  window.add('the end')
  expect(window.text()).toMatch(/^y{15000}\n\[2970007 characters left out here\]\ny{14993}the end$/)
  expect(window.whole()).toHaveLength(2_000_000)
})
