import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { AgentSpec } from '../../src/spec/agent/agent-spec.ts'
import { hashAgent, loadAgent } from '../../src/spec/agent/load-agent.ts'
import type { Problem } from '../../src/spec/yaml/problem.ts'
import { corpusFolder, corpusRequest, goodFiles } from './agent-corpus.ts'

const bad = `${corpusFolder}bad/`

/** One line of `bad/expected.txt`. */
function lineOf(problem: Problem, file: string): string {
  const inside = (text: string) => text.replaceAll(bad, '')
  const where = inside(problem.file) === file ? '' : `${inside(problem.file)} `
  const hint = problem.hint === undefined ? '' : ` | ${inside(problem.hint)}`
  return `${where}${problem.line}:${problem.column}+${problem.length} ${inside(problem.message)}${hint}`
}

async function readExpected(): Promise<ReadonlyMap<string, readonly string[]>> {
  const expected = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of (await readFile(`${bad}expected.txt`, 'utf8')).split('\n')) {
    if (line.startsWith('  ')) lines.push(line.trim())
    else if (line !== '' && !line.startsWith('#')) expected.set(line, (lines = []))
  }
  return expected
}

const expected = await readExpected()
const files = (await readdir(bad)).filter((name) => name.endsWith('.yaml'))

it('holds enough malformed files, each with its problems written down', () => {
  expect(files.length).toBeGreaterThanOrEqual(80)
  expect([...expected.keys()].toSorted()).toEqual(files.toSorted())
})

describe('a malformed agent file gives every problem, placed and worded', () => {
  it.each(files)('%s', async (name) => {
    const result = await loadAgent(corpusRequest(bad + name))
    expect(result.ok ? [] : result.problems.map((problem) => lineOf(problem, name))).toEqual(expected.get(name))
    expect(result.ok ? [] : result.problems.filter(isMisplaced)).toEqual([])
  })
})

/** The caret must stand on a character of the excerpt, or just after its end. */
function isMisplaced({ line, column, length, caret, excerpt }: Problem): boolean {
  return line < 1 || column < 1 || length < 1 || caret > excerpt.length
}

describe('a good agent file', async () => {
  const good = await goodFiles()

  it('is one of many', () => {
    expect(good.length).toBeGreaterThanOrEqual(15)
  })

  it.each(good)('%s loads, and is plain JSON that reads back the same', async (name) => {
    const result = await loadAgent(corpusRequest(`${corpusFolder}good/${name}`))
    expect(result).toMatchObject({ ok: true })
    if (!result.ok) return
    const copy: unknown = JSON.parse(JSON.stringify(result.agent))
    expect(copy).toEqual(result.agent)
    expect(AgentSpec.parse(copy)).toEqual(result.agent)
    expect(hashAgent(AgentSpec.parse(copy))).toBe(result.hash)
    expect(JSON.stringify(result)).not.toContain('token-value-nobody-may-see')
  })
})
