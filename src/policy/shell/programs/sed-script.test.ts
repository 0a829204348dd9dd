import { expect, it } from 'vitest'
import { readSedScript } from './sed-script.ts'

it.each(['s/a/b/', 's/a/b/g; s|c|d|I', '1,10p', '$d', '/a/,/b/d', '/a\\/b/!p', 's/[/]/x/', 's/\\//x/2g', '\\,a,d', '1i\\\ntext', 'a text; e', ':a;N;$!ba;s/\\n/ /g', 'y/abc/xyz/', '{p;q}', '# e', '0~3d', '2q5', '/x/{s/a/b/;p}', '=', 's/a\\|b/e/'])('%s only edits', (script) => {
  expect(readSedScript(script)).toEqual({ runs: false, reads: [], writes: [] })
})
it.each(['e', '1e ls', 's/a/b/e', 's/a/b/ge', 's/a/b', 'p; e ls', '/a/e', '?', '{e}', `s/a/b/;${'p;'.repeat(3_000)}`])('%s runs something, or is not understood', (script) => {
  expect(readSedScript(script).runs).toBe(true)
})
it('sees the files', () => {
  expect(readSedScript('r in\nw out\ns/a/b/w log')).toEqual({ runs: false, reads: ['in'], writes: ['out', 'log'] })
})
