import { join } from 'node:path'
import { createOpenaiAgentsAdapter } from '../../src/harness/openai-agents/adapter.ts'
import { openaiAgentsProgram } from '../../src/harness/openai-agents/program.ts'
import { programFolder } from './install-vendor-programs.ts'
import { loopWorld } from './loop-world.ts'
import { modelService, type ServiceReply } from './model-service.ts'
import { responsesFrames } from './responses-frames.ts'

const program = join(import.meta.dirname, '../../src/harness/openai-agents/program/main.ts')
const file = join(programFolder, 'openai-agents', openaiAgentsProgram.executables({ os: process.platform, arch: process.arch })[0] ?? '')

/** The installed OpenAI Agents SDK, with a service that answers as listed in the Responses dialect. */
export async function openaiAgentsWorld(replies: readonly ServiceReply[], options: { readonly contextWindow?: number } = {}) {
  return await loopWorld(createOpenaiAgentsAdapter({ node: process.execPath, program, ...options }), await modelService(replies, responsesFrames), file)
}
