import { pathsOf } from '../../app/paths.ts'
import { systemClock } from '../../app/system-clock.ts'
import type { Client } from '../../client/create-client.ts'
import { UsageKey } from '../../spec/api/usage.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { groupsText, sumsText, unpricedText } from '../cost-text.ts'
import { openClient } from '../open-client.ts'
import { readSince } from '../read-since.ts'

export interface CostOptions {
  readonly by?: string
  readonly since?: string
  readonly json?: boolean
}

const shortList = 10

/** What model calls cost: an overview, or one list. */
export async function run(context: CommandContext, _args: readonly string[], { by, since = '7d', json = false }: CostOptions): Promise<ExitCode> {
  const key = by === undefined ? undefined : UsageKey.safeParse(by)
  if (key?.success === false) throw new AppError('invalid', `--by ${by} is not known. One of: ${UsageKey.options.join(', ')}.`)
  const span = { from: readSince(since, systemClock.now()), time_zone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
  const { client } = await openClient(context)
  if (json) {
    context.print(`${JSON.stringify(await client.usage({ ...span, by: key?.data ?? 'day', limit: 1_000 }))}\n`)
    return exitCode.ok
  }
  const byModel = await client.usage({ ...span, by: 'model', limit: 1_000 })
  if (byModel.total.calls === 0) {
    context.note('No model call was settled in that time.\n')
    return exitCode.ok
  }
  if (key === undefined) await printOverview(context, client, { span, since, byModel })
  else context.print(groupsText(await client.usage({ ...span, by: key.data })) + sumsText('Total', byModel.total, 14))
  context.note(unpricedText(byModel, pathsOf(context.config.home).serverConfig))
  return exitCode.ok
}

interface Overview {
  readonly span: { readonly from: number; readonly time_zone: string }
  readonly since: string
  readonly byModel: Awaited<ReturnType<Client['usage']>>
}

async function printOverview({ print }: CommandContext, client: Client, { span, since, byModel }: Overview): Promise<void> {
  const [today, bySession] = await Promise.all([client.usage({ ...span, from: readSince('1d', systemClock.now()) }), client.usage({ ...span, by: 'session', limit: shortList })])
  print(sumsText('Today', today.total, 14) + sumsText(spanText(since), byModel.total, 14))
  print(`\nBy model\n${groupsText(shortened(byModel))}\nBy session\n${groupsText(bySession)}`)
}

function shortened({ groups, leftOut }: Overview['byModel']): Pick<Overview['byModel'], 'groups' | 'leftOut'> {
  return { groups: groups.slice(0, shortList), leftOut: leftOut + Math.max(0, groups.length - shortList) }
}

function spanText(since: string): string {
  const [, amount, unit] = /^(\d+)([dh])$/.exec(since) ?? []
  return amount === undefined ? `Since ${since}` : `Last ${amount} ${unit === 'd' ? 'days' : 'hours'}`
}
