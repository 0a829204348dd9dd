import type { FindSecrets } from '../../spec/ports/session-secrets.ts'
import type { Config } from '../config.ts'
import { pathsOf } from '../paths.ts'
import { readDefinedSecrets } from './defined-secrets.ts'
import { readPlaceholderKey } from './placeholder-choice.ts'
import { resolveSecrets } from './resolve-secrets.ts'
import { secretSources } from './secret-sources.ts'

/** The secrets of this machine's configuration, for sessions; read anew each time. */
export function sessionSecrets(config: Config): FindSecrets {
  return async (session, asked) => resolveSecrets({
    session, asked, defined: await readDefinedSecrets(config), sources: secretSources(config), placeholderKey: await readPlaceholderKey(pathsOf(config.home).placeholderKey),
  })
}
