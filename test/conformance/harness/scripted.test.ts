import { join } from 'node:path'
import { createScriptedAdapter } from '../../../src/harness/scripted/adapter.ts'
import { harnessSuite } from './suite.ts'

harnessSuite(createScriptedAdapter({ node: process.execPath, program: join(import.meta.dirname, '../../../src/harness/scripted/program/main.ts') }), { sample: 16 })
