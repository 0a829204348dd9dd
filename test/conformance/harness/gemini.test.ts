import { createAcpAdapter } from '../../../src/harness/acp/adapter.ts'
import { gemini } from '../../../src/harness/acp/catalogue/gemini.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createAcpAdapter(gemini, { node: process.execPath }), { sample: 6 })
