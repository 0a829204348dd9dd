import type { BoxLimits } from '../box-limits.ts'
import type { SandboxSection } from './sandbox-section.ts'

const units = { k: 1, m: 2, g: 3, t: 4 } as const

/** A size as an agent's file has it (`512m`, `1.5G`), in whole bytes: a kilobyte has 1024. */
export function bytesOf(size: string): number {
  const [, unit] = Object.entries(units).find(([letter]) => size.toLowerCase().endsWith(letter)) ?? ['', 0]
  return Math.floor(Number(size.slice(0, -1)) * 1024 ** unit)
}

/** The limits of an agent's file in the units of a box. */
export function readLimits({ memory, disk, ...others }: NonNullable<SandboxSection['limits']>): BoxLimits {
  return { ...others, ...(memory === undefined ? {} : { memory: bytesOf(memory) }), ...(disk === undefined ? {} : { disk: bytesOf(disk) }) }
}
