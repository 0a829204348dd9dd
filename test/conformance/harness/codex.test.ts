import { createCodexAdapter } from '../../../src/harness/codex/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createCodexAdapter())
