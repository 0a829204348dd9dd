import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { toolFolders } from './tool-folders.ts'

function person() {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'omni-tools-')))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const file = (path: string) => {
    mkdirSync(join(home, path, '..'), { recursive: true })
    writeFileSync(join(home, path), '')
    return join(home, path)
  }
  return { home, file }
}

it('shows the folder around a bin, and the system’s own not', () => {
  const { home, file } = person()
  file('.nvm/versions/node/v24/bin/node')
  expect(toolFolders({ path: `${home}/.nvm/versions/node/v24/bin:/usr/bin:/bin:relative:${home}/gone/bin`, home })).toEqual([join(home, '.nvm/versions/node/v24')])
})

it('never shows a person’s home folder, or anything around it', () => {
  const { home, file } = person()
  file('bin/tool')
  file('.local/bin/tool')
  expect(toolFolders({ path: `${home}/bin:${home}/.local/bin:${home}:${join(home, '..')}`, home })).toEqual([join(home, 'bin'), join(home, '.local/bin')])
})

it('follows links of a bin to the packages that they are of', () => {
  const { home, file } = person()
  file('.local/bin/plain')
  const [inPackage, inEnvironment] = [file('lib/node_modules/pkg/dist/cli.js'), file('.pipx/venvs/tool/bin/tool')]
  symlinkSync(inPackage, join(home, '.local/bin/cli'))
  symlinkSync(inEnvironment, join(home, '.local/bin/tool'))
  expect(toolFolders({ path: `${home}/.local/bin`, home }).toSorted()).toEqual([join(home, '.local/bin'), join(home, '.pipx/venvs/tool'), join(home, 'lib/node_modules')])
})

it('shows a single file where its folder is too much', () => {
  const { home, file } = person()
  expect(toolFolders({ path: '', home, files: [file('claude')] })).toEqual([join(home, 'claude')])
})
