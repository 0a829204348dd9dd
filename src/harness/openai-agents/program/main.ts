/** The program of the harness openai-agents: started by its adapter, in a box. Its protocol is in `../../child-loop/protocol.ts`. */
import { serveProgram } from '../../child-loop/program/serve-program.ts'
import { writtenVersion } from '../../written-version.ts'
import { openaiAgentsProgram } from '../program.ts'
import { connectModel } from './connect-model.ts'
import { runTurn } from './run-turn.ts'
import { loadSdk } from './sdk.ts'

const file = process.argv[2] ?? ''
const [sdk, version] = await Promise.all([loadSdk(file), writtenVersion(file, openaiAgentsProgram.package)])

await serveProgram({
  harness: 'openai-agents', title: 'The OpenAI Agents SDK', version: version ?? 'unknown',
  warmUp: async (choice) => void (await connectModel(sdk, choice)),
  runTurn: (turn, place) => runTurn(sdk, turn, place),
})
