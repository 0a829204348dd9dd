import { createClaudeCodeAdapter } from '../../../src/harness/claude-code/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createClaudeCodeAdapter(), { sample: 16 })
