import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { isAlive } from './run-folder.ts'

it('does not take a process for alive that has ended and was not reaped', async () => {
  // The shell starts a child, names it, and is replaced by a program that never reaps.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const [line] = await once(parent.stdout, 'data') as [Buffer]
  await expect.poll(() => isAlive(Number(line.toString()))).toBe(false)
  expect(() => process.kill(Number(line.toString()), 0)).not.toThrow()
  expect(isAlive(parent.pid ?? 0)).toBe(true)
  parent.stdin.end()
  await once(parent, 'exit')
})
