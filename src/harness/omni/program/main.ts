/** The omni harness's program: started by its adapter, in a box. Its protocol is in `../../child-loop/protocol.ts`. */
import { serveProgram } from '../../child-loop/program/serve-program.ts'
import { programVersion } from '../program-version.ts'
import { warmUp } from './ask-model.ts'
import { runTurn } from './run-turn.ts'

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

await serveProgram({ harness: 'omni', title: 'The omni loop', version: programVersion, warmUp, runTurn })
