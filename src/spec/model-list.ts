import { z } from 'zod'

/** The models of one harness on one machine: what `omni models`, the page and `/model` offer. Any other name may be asked for as well. */
export const ModelList = z.object({
  harness: z.string(),
  title: z.string(),
  /** As one writes them: `--model <id>`. */
  models: z.array(z.object({ id: z.string(), label: z.string().optional() })),
  /** Short names, and what each stands for on this harness. */
  aliases: z.array(z.object({ name: z.string(), model: z.string() })),
  /** What runs when nobody names a model, where that is known. */
  default: z.string().optional(),
  /** Who gave the list, for people. */
  source: z.string().optional(),
  /** When it was given, epoch ms. */
  at: z.number().optional(),
  /** Why there is no list, or no newer one. */
  problem: z.string().optional(),
})
export type ModelList = z.infer<typeof ModelList>
