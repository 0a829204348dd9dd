import type { Usage } from '../../../../spec/events/usage.ts'

/** Counts of services whose count of the prompt holds its cached tokens, and whose count of the output its reasoning. */
export interface WholeCounts {
  readonly prompt: number
  readonly output: number
  readonly cacheRead?: number | undefined
  readonly cacheWrite?: number | undefined
  readonly reasoning?: number | undefined
}

export function countParts({ prompt, output, cacheRead = 0, cacheWrite = 0, reasoning = 0 }: WholeCounts): Usage {
  return {
    input: Math.max(0, prompt - cacheRead - cacheWrite), output: Math.max(output, reasoning),
    ...(cacheRead > 0 ? { cacheRead } : {}), ...(cacheWrite > 0 ? { cacheWrite } : {}), ...(reasoning > 0 ? { reasoning } : {}),
  }
}
