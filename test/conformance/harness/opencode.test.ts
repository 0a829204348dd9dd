import { createAcpAdapter } from '../../../src/harness/acp/adapter.ts'
import { opencode } from '../../../src/harness/acp/catalogue/opencode.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createAcpAdapter(opencode, { node: process.execPath }), { sample: 5 })
