import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../spec/app-error.ts'
import { createKeychain } from './keychain.ts'
import { createSecretFiles } from './secret-files.ts'
import { createSecretStore, type SecretPlace } from './secret-store.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-secret-store-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

/** A keychain that can be locked, made of files. */
async function lockable(): Promise<{ readonly keychain: SecretPlace; lock(isLocked: boolean): void }> {
  const files = createSecretFiles(await folder())
  let locked = false
  const unlessLocked = async <Answer>(answer: () => Promise<Answer>): Promise<Answer> => {
    if (locked) throw new AppError('unavailable', 'The keychain is locked.')
    return answer()
  }
  return {
    keychain: { title: 'the keychain', read: (name) => unlessLocked(() => files.read(name)), save: (name, value) => unlessLocked(() => files.save(name, value)), remove: (name) => unlessLocked(() => files.remove(name)) },
    lock: (isLocked) => {
      locked = isLocked
    },
  }
}

it('keeps each secret in a file for its owner only, also in a folder that others could read', async () => {
  const dir = join(await folder(), 'secrets')
  await mkdir(dir)
  await chmod(dir, 0o755)
  const files = createSecretFiles(dir)
  await files.save('github', 'first-value')
  await files.save('github', 'second-value')
  await files.save('GitHub', 'another-value')
  expect([await mode(dir), await mode(join(dir, 'github'))]).toEqual(['700', '600'])
  expect([await files.read('github'), await files.read('GitHub'), await files.read('gitlab')]).toEqual(['second-value', 'another-value', undefined])
  expect((await readdir(dir)).toSorted()).toEqual(['+git+hub', 'github'])
  expect([await files.remove('github'), await files.remove('github'), await files.read('github')]).toEqual([true, false, undefined])
})

it('takes no name that leads out of its folder', async () => {
  const dir = await folder()
  await writeFile(join(dir, 'other'), 'x')
  const files = createSecretFiles(join(dir, 'secrets'))
  for (const name of ['../other', 'a/b', '.hidden', '', '..', 'a\0b']) {
    await expect(files.read(name)).rejects.toMatchObject({ code: 'invalid' })
    await expect(files.remove(name)).rejects.toMatchObject({ code: 'invalid' })
  }
})

it('keeps in the keychain, and in a file where it can not be used; the last value wins whichever it is', async () => {
  const dir = join(await folder(), 'secrets')
  const { keychain, lock } = await lockable()
  const store = createSecretStore(keychain, createSecretFiles(dir))
  expect(await store.save('github', 'value-one')).toEqual({ place: 'the keychain' })
  expect(await readdir(dir).catch(() => 'none')).toBe('none')
  lock(true)
  await expect(store.read('github')).rejects.toMatchObject({ code: 'unavailable', message: 'The keychain is locked.' })
  expect(await store.save('github', 'value-two')).toEqual({ place: dir, why: 'The keychain is locked.' })
  expect(await store.read('github')).toEqual({ value: 'value-two', keptIn: dir })
  lock(false)
  expect(await store.read('github')).toEqual({ value: 'value-two', keptIn: dir })
  expect(await store.save('github', 'value-three')).toEqual({ place: 'the keychain' })
  expect([await store.read('github'), await readdir(dir)]).toEqual([{ value: 'value-three' }, []])
})

it('forgets in both places, and says when it could not ask one', async () => {
  const dir = join(await folder(), 'secrets')
  const { keychain, lock } = await lockable()
  const store = createSecretStore(keychain, createSecretFiles(dir))
  await store.save('github', 'value-one')
  lock(true)
  await store.save('github', 'value-two')
  expect(await store.remove('github')).toEqual({ removed: true, unasked: 'The keychain is locked.' })
  lock(false)
  expect(await store.remove('github')).toEqual({ removed: true })
  expect(await store.remove('github')).toEqual({ removed: false })
  expect(await store.read('github')).toBeUndefined()
})

it('does not take a full disk for a locked keychain', async () => {
  const dir = await folder()
  const { keychain } = await lockable()
  await writeFile(join(dir, 'secrets'), 'in the way')
  const store = createSecretStore({ ...keychain, save: () => Promise.reject(new Error('bug')) }, createSecretFiles(join(dir, 'secrets')))
  await expect(store.save('github', 'value-one')).rejects.toThrow('bug')
  expect(await readFile(join(dir, 'secrets'), 'utf8')).toBe('in the way')
})

it('says that the keychain can not be used, and why, without the value', async () => {
  class AsyncEntry {
    setPassword = (password: string) => Promise.reject(new Error(`Attribute password is too long: ${password}\nmore`))
    getPassword = () => Promise.reject(new Error('Platform failure: DBus error: no such socket'))
    deletePassword = () => Promise.reject(new Error('x'))
  }
  const said = (asked: Promise<unknown>) => asked.then(() => [], (error: AppError) => [error.code, error.message, error.cause instanceof Error])
  const place = { home: '/home/ann/.omnigent', environment: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus' }, platform: { os: 'linux', arch: 'x64' } }
  const keychain = createKeychain(place, () => Promise.resolve({ AsyncEntry }))
  expect(await said(keychain.read('github'))).toEqual(['unavailable', 'The keychain can not be used here: Platform failure: DBus error: no such socket', true])
  expect(await said(keychain.save('github', 'ghp_hush4711'))).toEqual(['unavailable', 'The keychain can not be used here: Attribute password is too long: [key]', false])
  const absent = createKeychain(place, () => Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })))
  expect(await said(absent.read('github'))).toEqual(['unavailable', 'The keychain can not be used here: the package @napi-rs/keyring is not installed.', true])
  const headless = createKeychain({ ...place, environment: {} }, () => Promise.reject(new Error('asked for')))
  expect(await said(headless.read('github'))).toEqual(['unavailable', 'The keychain can not be used here: it belongs to a desktop, and this is none.', false])
})
