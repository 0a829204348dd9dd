import { describe, expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const files = { 'package.json': '{"scripts": {"build": "tool b", "test": "tool t", "start": "tool s", "version": "tool v", "install": "tool i"}}', 'sub/package.json': '{"scripts": {"build": "tool sub"}}' }
const effects = (line: string) => readLine({ line, files }).actions.slice(1).map((action) => {
  if (action.kind === 'exec') return (action.argv ?? [...action.prefix ?? [], '…']).join(' ')
  if (action.kind === 'package.install') return `install ${action.manager} ${action.names.join(',')}${action.scripts === false ? ' without scripts' : ''}`
  return action.kind === 'net.request' ? `${action.method ?? '-'} ${action.host}` : action.kind
})
const doubts = (line: string) => reasonsOf(readLine({ line, files }))

describe('packages', () => {
  it.each([
    ['npm install', ['install npm ']], ['npm i a b@1', ['install npm a,b@1']], ['npm ci --ignore-scripts', ['install npm  without scripts']], ['npm --prefix sub install a', ['install npm a']], ['pnpm add -w a', ['install pnpm ']], ['yarn', ['install yarn ']], ['yarn --frozen-lockfile', ['install yarn ']], ['yarn --version', []], ['npm', []], ['yarn global add a', ['install yarn a']], ['bun a x', ['install bun x']], ['bun upgrade', []], ['npm uninstall a', []], ['npm ls', []], ['npm view a', []],
    ['npm publish', ['package.publish']], ['npm publish --dry-run', []], ['npm --registry x publish', ['package.publish']], ['yarn npm publish', ['package.publish']], ['yarn npm info', []], ['pnpm publish -r', ['package.publish']], ['npm unpublish a', ['PUT registry.npmjs.org']], ['npm dist-tag add a@1 x', ['PUT registry.npmjs.org']], ['npm version', []], ['npm version patch', ['git.commit', 'tool v']],
  ])('%s', (line, expected) => {
    expect(effects(line)).toEqual(expected)
  })
})

describe('programs', () => {
  it.each([
    ['npx tool x', ['tool x']], ['npx -y tool@1 x', ['install npm tool@1', 'tool x']], ['npx --package a tool', ['install npm tool', 'tool']], ['npx @scope/tool@1 x', ['install npm @scope/tool@1', 'tool x']], ["npx -c 'tool x'", ['tool x']], ['npm exec tool x', ['tool x']], ['npm exec -- tool x', ['tool x']], ['npm x tool', ['tool']], ['pnpm exec tool', ['tool']], ['pnpm dlx tool@1 x', ['install pnpm tool@1', 'tool x']], ['pnpx tool', ['install pnpm tool', 'tool']], ['bunx tool', ['install bun tool', 'tool']], ['bun x tool', ['install bun tool', 'tool']], ['yarn dlx tool', ['install yarn tool', 'tool']],
    ['npm create app x', ['install npm create-app', 'create-app x']], ['npm init app', ['install npm create-app', 'create-app']], ['npm init', []], ['npm init -y', []], ['npm create @scope/app', ['install npm @scope/create-app', 'create-app']], ['pnpm tool x', ['tool x']], ['yarn tool x', ['tool x']],
  ])('%s', (line, expected) => {
    expect(effects(line)).toEqual(expected)
  })
})

describe('scripts', () => {
  it.each([
    ['npm run build', ['tool b']], ['npm run-script build', ['tool b']], ['npm run build -- x', ['tool b x']], ['npm run build --silent x', ['tool b x']], ['npm run --silent build', ['tool b']], ['npm test', ['tool t']], ['npm t', ['tool t']], ['npm test -- x', ['tool t x']], ['npm start', ['tool s']], ['npm run', []], ['yarn build x', ['tool b x']], ['yarn run build x', ['tool b x']], ['pnpm build', ['tool b']], ['bun run build', ['tool b']], ['npm --prefix sub run build', ['tool sub']], ['npm run build --prefix sub', ['tool sub']], ['yarn --cwd sub build', ['tool sub']], ['pnpm -C sub build', ['tool sub']], ['cd sub && npm run build', ['cd sub', 'npm run build', 'tool sub']],
  ])('%s', (line, expected) => {
    const all = effects(line)
    expect(line.startsWith('cd ') ? ['cd sub', ...all] : all).toEqual(expected)
    expect(doubts(line)).toEqual([])
  })
  it.each([
    'npm run nothing', 'npm run "$x"', 'npm "$x"', 'npm unheard', 'npm run build -w a', 'npm run build --workspaces', 'pnpm -r build', 'pnpm --filter a build', 'npm run build --script-shell x', 'npm run build --prefix "$x"', 'yarn workspace a build', 'yarn workspaces run build', 'npm exec', 'npm explore a', 'npm config set script-shell x', 'npm create "$x"', 'npx -c "$x"', 'npx $x',
  ])('%s is doubted', (line) => {
    expect(doubts(line)).not.toEqual([])
  })
  it.each(['yarn workspaces info', 'npm config get x', 'npm config set color x'])('%s is not', (line) => {
    expect(doubts(line)).toEqual([])
  })
})
