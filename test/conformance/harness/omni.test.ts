import { join } from 'node:path'
import { createOmniAdapter } from '../../../src/harness/omni/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createOmniAdapter({ node: process.execPath, program: join(import.meta.dirname, '../../../src/harness/omni/program/main.ts') }), { sample: 16 })
