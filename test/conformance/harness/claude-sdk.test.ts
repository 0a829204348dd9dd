import { join } from 'node:path'
import { createClaudeSdkAdapter } from '../../../src/harness/claude-sdk/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createClaudeSdkAdapter({ node: process.execPath, program: join(import.meta.dirname, '../../../src/harness/claude-sdk/program/main.ts') }), { sample: 16 })
