import { createAcpAdapter } from '../../../src/harness/acp/adapter.ts'
import { qwen } from '../../../src/harness/acp/catalogue/qwen.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createAcpAdapter(qwen, { node: process.execPath }), { sample: 10 })
