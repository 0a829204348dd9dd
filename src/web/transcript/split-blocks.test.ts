import { parseMarkdownIntoBlocks } from 'streamdown'
import { expect, it } from 'vitest'
import { createBlockSplitter } from './split-blocks.ts'

const text = '# Title\n\nA paragraph\nof two lines.\n\n- one\n- two\n\n  still two\n\n```ts\nconst a = 1\n\n\nconst b = 2\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\nSetext\n===\n\n1. x\n2. y\n\nEnd.'

it('gives the blocks of the whole, however the text grew', () => {
  for (const size of [1, 3, 7, 40]) {
    const split = createBlockSplitter(parseMarkdownIntoBlocks)
    for (let end = size; end < text.length; end += size) split(text.slice(0, end))
    expect(split(text)).toEqual(parseMarkdownIntoBlocks(text))
  }
})

it('parses only the end of a growing message again', () => {
  let parsed = 0
  const split = createBlockSplitter((markdown) => {
    parsed += markdown.length
    return parseMarkdownIntoBlocks(markdown)
  })
  const paragraphs = Array.from({ length: 200 }, (_, index) => `Paragraph ${index}.\n\n`)
  for (let index = 1; index <= paragraphs.length; index += 1) split(paragraphs.slice(0, index).join(''))
  const whole = paragraphs.join('').length
  // Parsing all of it each time would read about a hundred times as much as there is.
  expect(parsed).toBeLessThan(whole * 6)
})

it('starts anew when the text is another one', () => {
  const split = createBlockSplitter(parseMarkdownIntoBlocks)
  split('one\n\ntwo\n\nthree\n\nfour')
  expect(split('other\n\ntext')).toEqual(parseMarkdownIntoBlocks('other\n\ntext'))
})
