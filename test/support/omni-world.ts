import { join } from 'node:path'
import { createOmniAdapter } from '../../src/harness/omni/adapter.ts'
import { loopWorld } from './loop-world.ts'
import { modelService, type ServiceReply } from './model-service.ts'

const program = join(import.meta.dirname, '../../src/harness/omni/program/main.ts')

/** The omni loop, with a model service that answers as listed. */
export async function omniWorld(replies: readonly ServiceReply[], options: { readonly contextWindow?: number } = {}) {
  return await loopWorld(createOmniAdapter({ node: process.execPath, program, ...options }), await modelService(replies))
}
