import { join } from 'node:path'
import { createOpenaiAgentsAdapter } from '../../../src/harness/openai-agents/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createOpenaiAgentsAdapter({ node: process.execPath, program: join(import.meta.dirname, '../../../src/harness/openai-agents/program/main.ts') }), { sample: 16 })
