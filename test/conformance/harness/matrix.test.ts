import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cases } from './cases.ts'
import { drift, type Observations } from './suite.ts'
import { conformanceFile, matrixPage, readResults } from './write-matrix.ts'

const all: Observations = Object.fromEntries(cases.map((each) => [each.name, true]))
const capabilities = { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: true, images: true, mcp: true, usage: true, context: true, subagents: true } as const

it('publishes what the committed results say', () => {
  const results = readResults(join(import.meta.dirname, 'results'))
  expect(results.map((each) => each.id).toSorted()).toEqual(['claude-code', 'claude-sdk', 'codex', 'gemini', 'kimi', 'omni', 'openai-agents', 'opencode', 'pi', 'qwen', 'scripted'])
  expect(readFileSync('docs/harnesses.md', 'utf8')).toBe(matrixPage(results))
  expect(readFileSync('src/harness/conformance.ts', 'utf8')).toBe(conformanceFile(results))
})

it('fails when a declared capability is not observed', () => {
  const steer = cases.find((each) => each.shows === 'steer')?.name ?? ''
  expect(drift({ capabilities }, { ...all, [steer]: false })).toEqual(['steer is declared and not observed'])
})

it('fails when a capability is removed from the declaration and still observed', () => {
  for (const each of cases) {
    if (each.shows === undefined) continue
    const removed = { ...capabilities, [each.shows]: each.shows === 'gate' ? 'none' : each.shows === 'steer' ? 'next' : false }
    expect(drift({ capabilities: removed }, all)).toContain(`${each.shows}${each.value === undefined ? '' : ` ${each.value}`} is observed and not declared`)
  }
})

it('fails when a declared limit is not observed', () => {
  const limits = [{ breaks: 'refusal-reason', text: 'It never says why.' }] as const
  expect(drift({ capabilities, limits }, all)).toEqual(['limit refusal-reason is declared and not observed'])
})
