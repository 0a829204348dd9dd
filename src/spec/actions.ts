import { z } from 'zod'

/**
 * What an agent does, normalised: one vocabulary for every harness, MCP tool, shell line and
 * network request. Policies speak of actions only, never of a harness's tool names.
 * `outbound` says whether data leaves the machine; `unknown` is an honest answer and
 * restrictive rules fire on it.
 */
const outbound = z.union([z.boolean(), z.literal('unknown')]).default('unknown')
const action = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), outbound, ...shape })

const path = z.string().max(4_096)

export const Action = z.discriminatedUnion('kind', [
  /**
   * A command line as the program would run it. `argv` is present when the words are known exactly; else `prefix` holds the
   * words before the first that is only known at run time. `opaque` says why it cannot be told what the program does.
   */
  action('exec', {
    command: z.string(),
    argv: z.array(z.string()).optional(),
    prefix: z.array(z.string()).optional(),
    cwd: path.optional(),
    opaque: z.array(z.string()).optional(),
  }),
  action('git.push', {
    repo: z.string().optional(),
    ref: z.string().optional(),
    force: z.boolean().optional(),
    delete: z.boolean().optional(),
    tag: z.boolean().optional(),
  }),
  action('git.commit', { message: z.string().optional() }),
  action('package.install', {
    manager: z.string(),
    names: z.array(z.string()),
    scripts: z.boolean().optional(),
  }),
  action('package.publish', { manager: z.string(), name: z.string().optional() }),
  action('file.read', { path }),
  /** `creates`: there is no such file yet. `observed`: seen after the fact, by the change feed. */
  action('file.write', { path, creates: z.boolean().optional(), bytes: z.number().int().optional(), createdByAgent: z.boolean().optional(), observed: z.boolean().optional() }),
  action('file.delete', { path, createdByAgent: z.boolean().optional(), observed: z.boolean().optional() }),
  /** `refs`: full names of the git refs that it pushes, as far as the wire shows a push; none for the question for refs before it. */
  action('net.request', {
    scheme: z.string().optional(),
    host: z.string(),
    port: z.number().int().optional(),
    method: z.string().optional(),
    path: z.string().optional(),
    bodyBytes: z.number().int().optional(),
    refs: z.array(z.string()).optional(),
  }),
  action('mcp.call', { server: z.string(), tool: z.string(), args: z.json().optional() }),
  /** `estCost` in micro-dollars, `estTokens` at most: of a call that is about to be made; a turn's start knows neither. `plan`: a subscription covers it. */
  action('model.call', { model: z.string(), harness: z.string().optional(), estCost: z.number().int().optional(), estTokens: z.object({ input: z.number().int().nonnegative(), output: z.number().int().nonnegative() }).optional(), plan: z.boolean().optional() }),
  action('spawn', { agent: z.string(), depth: z.number().int().optional() }),
  action('message.out', { to: z.string().optional() }),
  action('policy.change', { level: z.string(), policy: z.string().optional() }),
  action('secret.use', { name: z.string(), host: z.string() }),
  /** A tool call that fits no other kind. Restrictive rules treat it as unknown. */
  action('other', { tool: z.string() }),
])
export type Action = z.infer<typeof Action>
export type ActionKind = Action['kind']
export const ActionKind = z.enum(Action.options.map((option) => option.shape.kind.value) as [ActionKind, ...ActionKind[]]) // Proof: the union's own kinds.
