import { z } from 'zod'

/** What of a machine a box may use at most, in the order in which people are told. */
export const limitNames = ['memory', 'pids', 'cpu', 'disk', 'minutes'] as const
export type LimitName = (typeof limitNames)[number]

/** `memory` and `disk`: bytes; `pids`: processes and threads; `cpu`: processors; `minutes`: of the box's life. What is left out is no limit. */
export const BoxLimits = z.object({
  memory: z.number().optional(),
  pids: z.number().optional(),
  cpu: z.number().optional(),
  disk: z.number().optional(),
  minutes: z.number().optional(),
  /** Rather no box than one in which nothing holds one of them. */
  required: z.boolean().optional(),
})
export type BoxLimits = z.infer<typeof BoxLimits>

/**
 * What holds each limit that was wanted. `kernel`: a control group; `rlimit`: a limit of the box's processes; `host`: our own clock, by which
 * whoever opened the box closes it; `none`: nothing.
 */
export const HeldLimits = z.partialRecord(z.enum(limitNames), z.enum(['kernel', 'rlimit', 'host', 'none']))
export type HeldLimits = z.infer<typeof HeldLimits>

export const wantedLimits = (limits: BoxLimits): readonly LimitName[] => limitNames.filter((name) => limits[name] !== undefined)

export const unheldLimits = (held: HeldLimits): readonly LimitName[] => limitNames.filter((name) => held[name] === 'none')
