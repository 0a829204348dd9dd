import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { AgentFile } from '../../src/spec/agent/agent-file.ts'
import { agentJsonSchema } from '../../src/spec/agent/agent-json-schema.ts'
import { corpusFolder, corpusMachine, goodFiles } from './agent-corpus.ts'

const schema = agentJsonSchema(corpusMachine.knownHarnesses.map(({ id }) => id))
const validate = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(schema)
const read = async (name: string): Promise<unknown> => parse(await readFile(`${corpusFolder}${name}`, 'utf8'))

it.each((await goodFiles()).map((name) => (name.endsWith('.yaml') ? name : `${name}/agent.yaml`)))('accepts the good file %s', async (name) => {
  const accepted = validate(await read(`good/${name}`))
  expect(validate.errors ?? []).toEqual([])
  expect(accepted).toBe(true)
})

it.each([
  'unknown-key', 'name-upper', 'name-number', 'harness-unknown', 'harness-empty-list', 'effort-word', 'tools-text', 'tools-unknown', 'tools-browser', 'mcp-both', 'mcp-empty',
  'sandbox-word', 'sandbox-rules', 'limits-values', 'params-type', 'inherit-word', 'env-form', 'checks-empty', 'sub-agents-deep', 'sub-agents-extra-key', 'policies-text',
])('refuses %s', async (name) => {
  expect(validate(await read(`bad/${name}.yaml`))).toBe(false)
})

it('names and describes every field', () => {
  const { properties = {} } = schema
  expect(Object.keys(properties)).toEqual(Object.keys(AgentFile.shape))
  for (const field of Object.values(properties)) expect(field).toMatchObject({ description: expect.stringMatching(/\w/) as unknown })
})

it('offers the harnesses it was given, and no others', () => {
  const text = JSON.stringify(schema.properties?.['harness'])
  expect(text).toContain('"enum":["omni","claude-code","codex","pi"]')
  expect(text).toContain('^acp:')
  expect(validate({ harness: 'acp:gemini' })).toBe(true)
  expect(validate({ harness: 'gemini' })).toBe(false)
  expect(JSON.stringify(agentJsonSchema(['only-one']))).not.toContain('claude')
})

it('lets a parameter stand for any single value', () => {
  expect(validate({ limits: { turns: '${turns}', usd: '${budget}' }, effort: '${effort}', harness: '${who}', sandbox: { limits: { required: '${strict}' } } })).toBe(true)
  expect(validate({ limits: { turns: 'many' } })).toBe(false)
})
