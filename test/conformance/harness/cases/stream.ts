import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { sent, usesModel } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { settledOf, textOf } from '../harness-world.ts'

/** What is said arrives, whole and in order. */
export const streamCases: readonly ConformanceCase[] = [
  {
    name: 'streams what the model says, every piece of 2,000',
    shows: 'streaming',
    async run(world) {
      const session = await world.start()
      const words = Array.from({ length: 2_000 }, (_, index) => `word${index} `).join('')
      const signals = await world.run(session, [{ say: words, deltas: 2_000 }])
      const streamed = signals.flatMap((signal) => (signal.type === 'text' ? [signal.text] : []))
      expect(streamed.length).toBeGreaterThan(100)
      expect(streamed.join('').trim()).toBe(words.trim())
      expect(textOf(signals).trim()).toBe(words.trim())
    },
  },
  {
    name: 'carries Unicode both ways',
    async run(world) {
      const session = await world.start()
      const odd = 'naïve 🐙 漢字 line e\u0301 "quotes" \\ end'
      const signals = await world.run(session, [{ shell: "printf '%s' '🐙 漢字 é' > odd.txt" }, { say: odd }], 'größe 🚀')
      expect(await readFile(join(world.workspace, 'odd.txt'), 'utf8')).toBe('🐙 漢字 é')
      expect(textOf(signals)).toContain(odd)
      if (usesModel(world)) expect(sent(world)).toContain('größe 🚀')
    },
  },
  {
    name: 'carries the line separator U+2028, which is no end of a line',
    limit: 'line-separator',
    async run(world) {
      const session = await world.start()
      expect(textOf(await world.run(session, [{ say: 'one \u2028 line' }]))).toContain('one \u2028 line')
    },
  },
  {
    name: 'carries large output of a command without breaking',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ shell: 'head -c 3000000 /dev/zero | tr "\\0" x' }, { say: 'big' }])
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    },
  },
  {
    name: 'carries a long answer whole',
    async run(world) {
      const session = await world.start()
      // No two words are the same: some programs cut off a model that goes round in circles.
      const long = `start ${Array.from({ length: 45_000 }, (_, index) => `w${index}`).join(' ')} end-of-it`
      expect(textOf(await world.run(session, [{ say: long, deltas: 20 }]))).toContain(long.trim())
    },
  },
  {
    name: 'tells thinking apart from what is said',
    limit: 'reasoning',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ think: 'hidden-thought', say: 'said aloud' }])
      expect(textOf(signals)).toContain('said aloud')
      expect(textOf(signals)).not.toContain('hidden-thought')
      const thought = signals.flatMap((signal) => (signal.type === 'message' ? [signal.reasoning ?? ''] : signal.type === 'reasoning' ? [signal.text] : [])).join('')
      expect(thought).toContain('hidden-thought')
    },
  },
  {
    name: 'ends a turn in which the model says nothing',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ shell: 'echo quiet' }, { say: '' }])
      expect(settledOf(signals)).toHaveLength(1)
      expect(textOf(await world.run(session, [{ say: 'still here' }]))).toContain('still here')
    },
  },
  {
    name: 'opens and closes each step once, with its own id',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ shell: 'echo one' }, { say: 'first' }])
      await world.run(session, [{ say: 'second' }])
      const started = world.signals.flatMap((signal) => (signal.type === 'step.started' ? [signal.step] : []))
      const ended = world.signals.flatMap((signal) => (signal.type === 'step.ended' ? [signal.step] : []))
      expect(new Set(started).size).toBe(started.length)
      expect(ended.length).toBeGreaterThan(1)
      expect(started).toEqual(expect.arrayContaining(ended))
    },
  },
  {
    name: 'gives every message its own id, over turns',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'one' }])
      await world.run(session, [{ say: 'two' }])
      const items = world.signals.flatMap((signal) => (signal.type === 'message' ? [signal.item] : []))
      expect(items.length).toBeGreaterThan(1)
      expect(new Set(items).size).toBe(items.length)
    },
  },
]
