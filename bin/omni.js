#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on any Node, to say what to do on an old one.
import { existsSync, readFileSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const root = new URL('..', import.meta.url)

if (major < 24 || (major === 24 && minor < 11)) {
  process.stderr.write(
    `omni needs Node 24.11 or newer; this is ${process.versions.node}.\n` +
      'Do one of:\n' +
      '  npm start                                  in a checkout (it brings its own Node 24)\n' +
      '  npx -y -p node@24 -p omnigent omni run     anywhere else\n',
  )
  process.exit(1)
}

const argument = process.argv[2]
if (process.argv.length === 3 && (argument === '--version' || argument === '-V')) {
  // Answered here so that it costs no more than starting Node.
  process.stdout.write(`${JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version}\n`)
} else {
  const built = new URL('dist/node/main.js', root)
  const source = new URL('src/cli/main.ts', root)
  const { main } = await import((existsSync(source) ? source : built).href)
  await main(process.argv.slice(2))
}
