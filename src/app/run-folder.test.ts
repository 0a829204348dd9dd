import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isAlive } from './run-folder.ts'

it('does not take a process for alive that has ended and was not reaped', async () => {
  // The shell starts a child that ends when told, names it, and is replaced by a program that never reaps.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 60'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const [line] = await once(parent.stdout, 'data') as [Buffer]
  // Until then it is a shell, which reaps.
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim()).toBe('sleep')
  parent.stdin.end()
  await expect.poll(() => isAlive(Number(line.toString()))).toBe(false)
  expect(() => process.kill(Number(line.toString()), 0)).not.toThrow()
  expect(isAlive(parent.pid ?? 0)).toBe(true)
  parent.kill()
  await once(parent, 'exit')
})
