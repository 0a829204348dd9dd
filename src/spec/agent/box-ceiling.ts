import { z } from 'zod'
import { envName, filePath, profileNames } from './words.ts'

/** The most that a box may give, whatever an agent's file or a person asks for. What is left out is no limit. */
export const BoxCeiling = z.strictObject({
  profile: z.enum(profileNames).optional().describe('the widest profile: read-only, workspace, open or off (no limit)'),
  read: z.array(filePath).max(200).optional().describe('further readable paths may only be these and what is below them'),
  write: z.array(filePath).max(200).optional().describe('further writable paths may only be these and what is below them'),
  env: z.array(envName).max(200).optional().describe('host variables may only be these'),
})
export type BoxCeiling = z.infer<typeof BoxCeiling>
