import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { loadAgent } from '../../src/spec/agent/load-agent.ts'
import { formatProblems } from '../../src/spec/yaml/format-problems.ts'
import type { Problem } from '../../src/spec/yaml/problem.ts'
import { corpusFolder, corpusRequest, goodFiles } from './agent-corpus.ts'

const paths = (await goodFiles()).filter((name) => name.endsWith('.yaml')).map((name) => `${corpusFolder}good/${name}`)
const texts = new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)))

/** What people and attackers put into YAML. */
const scraps = [
  ':', ': ', '- ', '\n', '\n  ', '\t', '"', "'", '[', ']', '{', '}', ',', '#', '&a ', '*a', '!!str ', '<<: ', '---\n', '...\n', '%YAML 1.1\n', '|\n', '>-\n', '? ',
  '${', '${x}', '$${', '\0', '\u001b', '\u202e', '\ufeff', '🦙', '\ud800', '1e999', '.nan', 'yes', '~', '__proto__: ', 'constructor: ', '\\', '\r', '../', '\u0085', 'name: ', 'harness: ',
]

type Edit = { readonly at: number; readonly cut: number; readonly put: string }

const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 6, unit: 'binary' })) }), { minLength: 1, maxLength: 6 })

function mutate(text: string, changes: readonly Edit[]): string {
  return changes.reduce((now, { at, cut, put }) => {
    const offset = Math.floor(at * now.length)
    return now.slice(0, offset) + put + now.slice(offset + cut)
  }, text)
}

/** Loads `content` in place of the file at `path`; the files it points to are the real ones. */
async function loadInstead(path: string, content: Uint8Array | string) {
  const { readFile: readOther } = corpusRequest(path)
  return loadAgent(corpusRequest(path, { readFile: (asked) => (asked === path ? Promise.resolve(content) : readOther(asked)) }))
}

function checkPlaced(problems: readonly Problem[], content: string): void {
  const lines = content.split('\n').length
  for (const problem of problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1)
    expect(problem.column).toBeGreaterThanOrEqual(1)
    expect(problem.length).toBeGreaterThanOrEqual(1)
    expect(problem.caret).toBeLessThanOrEqual(problem.excerpt.length)
    expect(problem.message).not.toBe('')
    if (texts.has(problem.file)) expect(problem.line).toBeLessThanOrEqual(lines)
  }
  // Nothing a terminal would obey, whatever was in the file.
  expect(formatProblems(problems, { color: false })).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
}

it('never throws on a mutated file, and never gives a problem without a place', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), edits, async (path, changes) => {
    const content = mutate(new TextDecoder().decode(texts.get(path)), changes)
    const result = await loadInstead(path, content)
    if (!result.ok) expect(result.problems.length).toBeGreaterThan(0)
    checkPlaced(result.ok ? result.warnings : result.problems, content)
  }), { numRuns: 1_500 })
})

it('never throws on a file with broken bytes', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), async (path, bytes, at) => {
    const original = texts.get(path) ?? new Uint8Array()
    const offset = Math.floor(at * original.length)
    const content = Buffer.concat([original.subarray(0, offset), bytes, original.subarray(offset)])
    const result = await loadInstead(path, content)
    checkPlaced(result.ok ? result.warnings : result.problems, new TextDecoder().decode(content))
  }), { numRuns: 500 })
})

it('never throws on YAML of any shape', async () => {
  await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
    const content = JSON.stringify(value, undefined, 1)
    const result = await loadInstead(paths[0] ?? '', content)
    checkPlaced(result.ok ? result.warnings : result.problems, content)
  }), { numRuns: 500 })
})

it('gives the same problems every time', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), edits, async (path, changes) => {
    const content = mutate(new TextDecoder().decode(texts.get(path)), changes)
    expect(await loadInstead(path, content)).toEqual(await loadInstead(path, content))
  }), { numRuns: 200 })
})
