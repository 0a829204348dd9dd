import { createAdapterSet } from '../../app/adapter-set.ts'
import { conformanceResults } from '../../app/harness-registry.ts'
import { readUserConfig } from '../../app/user-settings.ts'
import { own } from '../../base/own.ts'
import { printable } from '../../base/printable.ts'
import { AppError } from '../../spec/app-error.ts'
import type { HarnessAdapter } from '../../spec/ports/harness.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { credentialText } from '../credential-text.ts'
import { openWithHost } from '../open-client.ts'

export async function run(context: CommandContext, [id]: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const adapters = createAdapterSet((await readUserConfig(context.config)).acp)
  const { client } = await openWithHost(context)
  const all = (await client.harnesses()).map((each) => ({ ...each, ...knownOf(adapters.find((adapter) => adapter.id === each.harness)) }))
  const wanted = adapters.find((adapter) => adapter.id === id || (id !== undefined && adapter.aliases?.includes(id) === true))?.id ?? id
  const chosen = wanted === undefined ? all : all.filter((each) => each.harness === wanted)
  if (chosen.length === 0) throw new AppError('not_found', `There is no harness ${id}. Here are: ${all.map((each) => each.harness).join(', ')}`)
  if (options.json === true) context.print(`${JSON.stringify({ harnesses: chosen })}\n`)
  else for (const each of chosen) {
    context.print(`${each.state === 'ready' ? '✓' : '✗'} ${each.title} (${each.harness})  ${each.version ?? ''}\n`)
    for (const text of [each.reason, each.fix, ...lines(each), ...each.notes]) if (text !== undefined) context.print(`    ${printable(text)}\n`)
  }
  return chosen.every((each) => each.state === 'ready') ? exitCode.ok : exitCode.unavailable
}

interface Known {
  /** Versions that are expected to work: from `minimum`, below `below`; `tested` is the one that our suites run. */
  readonly versions?: { readonly tested: string; readonly minimum: string; readonly below: string }
  readonly gate?: 'every-call' | 'changes' | 'none'
  /** The last run of the conformance suite on the real program. */
  readonly conformance?: { readonly version: string; readonly passed: number; readonly cases: number }
}

/** What this package itself knows of a harness, whichever machine it runs on. */
function knownOf(adapter: HarnessAdapter | undefined): Known {
  if (adapter === undefined) return {}
  const { program, capabilities: { gate } } = adapter
  const conformance: Known['conformance'] = own(conformanceResults, adapter.id)
  const versions = program === undefined || program.version === '' ? {} : { versions: { tested: program.version, minimum: program.minimum, below: program.below } }
  return { gate, ...versions, ...(conformance === undefined ? {} : { conformance }) }
}

const gateText = { 'every-call': 'asks before every call', changes: 'asks before what changes something; what only reads runs unasked', none: 'ASKS BEFORE NOTHING' } as const

function lines({ versions, gate, conformance, credential }: Known & { readonly credential?: Parameters<typeof credentialText>[0] | undefined }): string[] {
  return [
    ...(credential === undefined ? [] : [`credential: ${credentialText(credential)}`]),
    ...(versions === undefined ? [] : [`versions: tested ${versions.tested}; from ${versions.minimum} on, below ${versions.below}`]),
    ...(gate === undefined ? [] : [`gate: ${gateText[gate]}`]),
    conformance === undefined ? 'conformance: not run by our suite' : `conformance: ${conformance.passed} of ${conformance.cases} cases (${conformance.version})`,
  ]
}
