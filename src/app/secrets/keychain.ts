import { printable } from '../../base/printable.ts'
import { scrubKey } from '../../base/scrub-key.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Config } from '../config.ts'
import type { SecretPlace } from './secret-store.ts'

type Keyring = typeof import('@napi-rs/keyring')

/** Somebody may have to unlock it first. */
const answerMs = 30_000

/**
 * The keychain of this person: of macOS, or the Secret Service of a Linux desktop. Two state folders have nothing in common there.
 * Every failure is 'unavailable' and says why: no package, no desktop, locked.
 */
export function createKeychain(config: Pick<Config, 'home' | 'environment' | 'platform'>, load: () => Promise<Keyring> = () => import('@napi-rs/keyring')): SecretPlace {
  const { home, environment, platform } = config
  const hasDesktop = platform.os !== 'linux' || [environment['DBUS_SESSION_BUS_ADDRESS'], environment['XDG_RUNTIME_DIR']].some((found = '') => found !== '')
  const ask = async <Answer>(name: string, question: (entry: InstanceType<Keyring['AsyncEntry']>) => Promise<Answer>, hidden = ''): Promise<Answer> => {
    if (!hasDesktop) throw new AppError('unavailable', 'The keychain can not be used here: it belongs to a desktop, and this is none.')
    try {
      const { AsyncEntry } = await load()
      // Without a Secret Service the package would use the kernel's keyring, which forgets everything with the last sign-out.
      return await inTime(question(new AsyncEntry(`omnigent ${home}`, name, { linux: { store: 'secret-service' } })))
    } catch (cause) {
      throw new AppError('unavailable', `The keychain can not be used here: ${scrubKey(reasonOf(cause), hidden)}`, { cause: hidden === '' ? cause : undefined })
    }
  }
  return {
    title: 'the keychain',
    read: (name) => ask(name, async (entry) => (await entry.getPassword()) ?? undefined),
    save: (name, value) => ask(name, (entry) => entry.setPassword(value), value),
    remove: (name) => ask(name, (entry) => entry.deletePassword()),
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it gave no reason.'
  if ('code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')) return 'the package @napi-rs/keyring is not installed.'
  return printable(error.message.split('\n')[0] ?? '').slice(0, 300)
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${answerMs / 1_000} seconds.`)), answerMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
