import { usualPort } from '../../spec/net/usual-port.ts'
import type { Refusal } from './refusal.ts'
import type { World } from './world.ts'

/** Why a place is refused whatever is asked of it: its port, or an address in place of a name. */
export function reachProblem({ protections, guard, table }: Pick<World, 'protections' | 'guard' | 'table'>, place: { readonly scheme: 'http' | 'https'; readonly host: string; readonly port: number; readonly literal: boolean }): Refusal | undefined {
  const { scheme, host, port, literal } = place
  if (protections.addressLiterals && literal && !guard.permitsLiteral(host)) {
    return { status: 403, rule: 'gateway/address', message: `${host} is an address: ask for a host by its name.` }
  }
  if (protections.ports && port !== usualPort(scheme) && !table().opens(host, port)) {
    return { status: 403, rule: 'gateway/port', message: `Port ${port} is not open: ${scheme} leaves by port ${usualPort(scheme)} only.`, howToAsk: 'A rule that names host and port opens it.' }
  }
  return undefined
}
