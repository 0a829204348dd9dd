import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { omniCli } from '../support/omni-cli.ts'

const reviewer = '---\nname: reviewer\ndescription: Reviews\ntools: Read, Grep, Glob\nmodel: sonnet\ncolor: green\n---\nYou review.\n'

it('runs a sub-agent file of another tool and says what is not carried', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'reviewer.md'), reviewer)
  const result = await cli.run(['run', 'reviewer.md', '--harness', 'scripted', '-p', 'PLAN:[{"say":"read"}]'])
  expect([result.code, result.stdout]).toEqual([0, expect.stringContaining('read')])
  expect(result.stderr).toMatch(/reviewer\.md:6:1: warning: color is not carried/)
  expect(result.stderr).toMatch(/reviewer on scripted/)
})

it('converts it, once, to a native file that checks without a word', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'reviewer.md'), reviewer)
  const result = await cli.run(['agent', 'convert', 'reviewer.md', '-o', 'reviewer.yaml'])
  expect([result.code, result.stdout]).toEqual([0, ''])
  expect(result.stderr).toMatch(/color is not carried/)
  expect(await readFile(join(cli.folder, 'reviewer.yaml'), 'utf8')).toBe('# From reviewer.md by omni agent convert.\nname: reviewer\ndescription: Reviews\nprompt: You review.\nharness: claude-code\nmodel: sonnet\ntools: [read]\n')
  expect(await cli.run(['agent', 'check', 'reviewer.yaml'])).toMatchObject({ code: 0, stderr: '' })
  expect(await cli.run(['agent', 'convert', 'reviewer.md', '-o', 'reviewer.yaml'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/is there already/) as string })
})

it('converts and refuses as JSON', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'a.yaml'), 'name: a\nprompt: x\nexecutor: {harness: pi, shiny: 1}\n')
  await writeFile(join(cli.folder, 'b.yaml'), 'name: b\nprompt: x\nexecutor: {harness: pi}\ntools: {t: {type: function, callable: my.tool}}\n')
  const good = await cli.run(['agent', 'convert', 'a.yaml', '--json'])
  expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, kind: 'python-file', text: expect.stringContaining('harness: pi') as string, warnings: expect.arrayContaining([expect.objectContaining({ line: 3, code: 'foreign', message: 'unknown key "executor.shiny" is not carried' })]) as unknown[] })
  const bad = await cli.run(['agent', 'convert', 'b.yaml', '--json'])
  expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([2, { ok: false, problems: [{ line: 4, message: 'tools.t is Python code "my.tool", which does not run here' }] }])
})
