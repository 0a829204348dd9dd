import { createAcpAdapter } from '../../../src/harness/acp/adapter.ts'
import { kimi } from '../../../src/harness/acp/catalogue/kimi.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createAcpAdapter(kimi, { node: process.execPath }), { sample: 6 })
