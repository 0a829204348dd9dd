import { AskUsage, UsageReport } from '../../spec/api/usage.ts'
import { AppError } from '../../spec/app-error.ts'
import { route, type Route } from '../route.ts'
import type { ServerDeps } from '../server-deps.ts'

/** What model calls used and cost. */
export function usageRoutes({ index }: Pick<ServerDeps, 'index'>): Route[] {
  return [
    route({
      method: 'get', path: '/v1/usage', summary: 'Tokens and money of settled model calls: in all, and by day, model, harness, agent or session.', query: AskUsage, reply: UsageReport,
      handle: async ({ query }) => {
        if (query.from !== undefined && query.to !== undefined && query.from > query.to) throw new AppError('invalid', 'from: must not be after to')
        return index.usage(query)
      },
    }),
  ]
}
