import { createPiAdapter } from '../../../src/harness/pi/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createPiAdapter({ node: process.execPath }), { sample: 14 })
