import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { placeFile, placeFolder } from '../base/folder-files.ts'

/**
 * Makes the home folder of a box's user, once a session: empty, but for who commits are by. It lasts as long as the session.
 * @param home its own, absolute, in the session's private folder
 * @param users the person's
 */
export async function writeUserHome(home: string, users: string): Promise<void> {
  if (existsSync(home)) return
  await placeFolder(dirname(home), home)
  const who = await readWho(join(users, '.gitconfig')) ?? await readWho(join(users, '.config', 'git', 'config'))
  if (who !== undefined) await placeFile(dirname(home), join(home, '.gitconfig'), who)
}

/** The section `[user]` of git's settings, name and address alone. */
async function readWho(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '') // Most people have only one of the two.
  const section = /^\[user\]\s*\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? ''
  const lines = section.split('\n').filter((line) => /^\s*(?:name|email)\s*=/.test(line)).map((line) => `\t${line.trim()}\n`)
  return lines.length === 0 ? undefined : `[user]\n${lines.join('')}`
}
