import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { boxUser } from './bwrap-words.ts'

/**
 * Writes the files that stand in a box for the system's own: who the user is, and where names come from. Nothing of the machine's accounts
 * and names is in them.
 * @param dir a folder of ours that the box does not see
 * @param home the user's home folder inside
 * @returns where they stand inside → where they are
 */
export function writePrivateFiles(dir: string, home: string): Record<string, string> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const texts: Readonly<Record<string, string>> = {
    '/etc/passwd': `root:x:0:0:root:/root:/bin/sh\nagent:x:${boxUser}:${boxUser}:agent:${home}:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n`,
    '/etc/group': `root:x:0:\nagent:x:${boxUser}:\nnogroup:x:65534:\n`,
    '/etc/hosts': '127.0.0.1 localhost omnibox\n::1 localhost omnibox\n',
    '/etc/resolv.conf': 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n',
    '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n',
  }
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => {
    const file = join(dir, path.slice('/etc/'.length))
    writeFileSync(file, text, { mode: 0o444 })
    return [path, file]
  }))
}
