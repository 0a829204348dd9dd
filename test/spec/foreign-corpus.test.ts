import * as fc from 'fast-check'
import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { loadAgent } from '../../src/spec/agent/load-agent.ts'
import type { LoadedAgent } from '../../src/spec/agent/load-request.ts'
import { agentFileText } from '../../src/spec/agent/write-agent-file.ts'
import { formatProblems } from '../../src/spec/yaml/format-problems.ts'
import { corpusFolder, corpusRequest, goodFiles } from './agent-corpus.ts'
import { foreignAgents, foreignFolder, foreignRequest, readForeignExpected, reportOf } from './foreign-corpus.ts'

const agents = await foreignAgents()
const expected = await readForeignExpected()
const good = agents.filter((name) => !name.includes('/bad-'))

it('holds enough agents of each kind, each with its report written down', () => {
  const count = (kind: string) => agents.filter((name) => name.startsWith(kind)).length
  expect([agents.length >= 20, count('bundle') >= 4, count('file') >= 8, count('markdown') >= 8]).toEqual([true, true, true, true])
  expect([...expected.keys()]).toEqual(agents)
})

describe('a foreign agent file gives its errors or its loss report, placed and worded', () => {
  it.each(agents)('%s', async (name) => {
    const result = await loadAgent(foreignRequest(name))
    expect(result.ok).toBe(good.includes(name))
    expect(reportOf(result, name)).toEqual(expected.get(name))
  })
})

/** Loads the text that convert would write, for a file beside the one it came from. */
async function loadWritten({ agent, folder }: LoadedAgent) {
  const path = `${folder}/written.yaml`
  const text = agentFileText(agent, folder)
  const { readFile: readOther } = foreignRequest('')
  return { text, result: await loadAgent(foreignRequest('', { path, readFile: (asked) => (asked === path ? Promise.resolve(text) : readOther(asked)) })) }
}

describe('what is written is a native file of the same agent', () => {
  it.each(good)('%s', async (name) => {
    const loaded = await loadAgent(foreignRequest(name))
    if (!loaded.ok) throw new Error(`${name} does not load`)
    const { result, text } = await loadWritten(loaded)
    expect(result).toMatchObject({ ok: true, kind: 'native', agent: loaded.agent, hash: loaded.hash })
    expect(result.ok ? result.warnings.filter(({ code }) => code === 'foreign') : []).toEqual([])
    expect(text).toMatch(/^name: /)
  })

  it('also of native files', async () => {
    for (const name of await goodFiles()) {
      const loaded = await loadAgent(corpusRequest(`${corpusFolder}good/${name}`))
      if (!loaded.ok) throw new Error(`${name} does not load`)
      expect([name, (await loadWritten(loaded)).result]).toMatchObject([name, { ok: true, agent: loaded.agent }])
    }
  })

  it('whatever the texts are', async () => {
    const base = await loadAgent(foreignRequest('file/hello.yaml'))
    if (!base.ok) throw new Error('does not load')
    const piece = fc.constantFrom('${', '$', '}', '\n', ' ', '- ', ': ', '#', '"', "'", '\t', '---', '|', '\r\n', 'yes', '~', '1e3', '\\n', '🦙', '%', '@', '*a', '&')
    const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 4, unit: 'grapheme-ascii' })), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join('')).filter((each) => /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/.test(each) && !/\r(?!\n)/.test(each))
    await fc.assert(fc.asyncProperty(text, text, async (prompt, message) => {
      const loaded = { ...base, agent: { ...base.agent, prompt, policies: [{ name: 'x', type: 'tool', action: 'ask', match: { server: `x${message}` } }] } }
      expect((await loadWritten(loaded)).result).toMatchObject({ ok: true, agent: loaded.agent })
    }), { numRuns: 400 })
  })
})

it('never throws on a mutated foreign file, and places what it says', async () => {
  const files = (await Promise.all(['file', 'markdown'].map(async (kind) => (await readdir(`${foreignFolder}${kind}`)).filter((name) => name !== 'parts').map((name) => `${kind}/${name}`)))).flat()
  const texts = new Map(await Promise.all(files.map(async (name) => [name, await readFile(foreignFolder + name, 'utf8')] as const)))
  const scrap = fc.constantFrom(':', ': ', '- ', '\n', '\n  ', '"', '[', ']', '{', '}', '#', '---\n', '${', '${x}', '\u001b', '\u202e', '🦙', 'yes', '~', 'type: ', 'tools: ', 'executor:\n', 'Bash(', ')', ',', 'mcp__', '\r\n', '*')
  const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: scrap }), { minLength: 1, maxLength: 5 })
  await fc.assert(fc.asyncProperty(fc.constantFrom(...files), edits, async (name, changes) => {
    const text = changes.reduce((now, { at, cut, put }) => now.slice(0, Math.floor(at * now.length)) + put + now.slice(Math.floor(at * now.length) + cut), texts.get(name) ?? '')
    const path = foreignFolder + name
    const { readFile: readOther } = foreignRequest(name)
    const result = await loadAgent(foreignRequest(name, { readFile: (asked) => (asked === path ? Promise.resolve(text) : readOther(asked)) }))
    const said = result.ok ? result.warnings : result.problems
    expect(said.filter(({ line, column, length, caret, excerpt }) => line < 1 || column < 1 || length < 1 || caret > excerpt.length)).toEqual([])
    expect(formatProblems(said, { color: false })).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    if (!result.ok) expect(said.length).toBeGreaterThan(0)
    else expect((await loadWritten(result)).result).toMatchObject({ ok: true, hash: result.hash })
  }), { numRuns: 600 })
})
