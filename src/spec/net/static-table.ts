import { z } from 'zod'

/**
 * A row of the static table. `host` is a name, `*.name` (everything below) or `*`; `path` a pattern in which `*` is any part of one segment and `**`
 * any rest; what is absent is any. `authorize` sends the request to be judged. A `port` in a row that does not deny opens that port to its hosts.
 */
export const TableRule = z.object({
  /** What is reported and shown: the policy's name. */
  rule: z.string(),
  host: z.string(),
  port: z.number().int().optional(),
  method: z.array(z.string()).readonly().optional(),
  path: z.string().optional(),
  action: z.enum(['allow', 'deny', 'authorize']),
  /** For the agent, with `deny`. */
  message: z.string().optional(),
  howToAsk: z.string().optional(),
})
export type TableRule = Readonly<z.infer<typeof TableRule>>

/** What the gateway decides alone. It holds only what no history, money, person or unknown fact can change. */
export const StaticTable = z.object({
  /** Counts up with every change of the policy set. */
  revision: z.number().int().nonnegative(),
  rules: z.array(TableRule).readonly(),
  /** What no row speaks of. */
  otherwise: z.enum(['authorize', 'deny']),
})
export type StaticTable = Readonly<z.infer<typeof StaticTable>>

/** Knows nothing: everything is judged. */
export const emptyTable: StaticTable = { revision: 0, rules: [], otherwise: 'authorize' }
