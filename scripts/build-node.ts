import { rm } from 'node:fs/promises'
import { rolldown } from 'rolldown'

/** Bundles our own executables into `dist/node`, or the folder that is named: one file to read at start instead of hundreds. */
const dir = process.argv[2] ?? 'dist/node'
await rm(dir, { recursive: true, force: true })
const bundle = await rolldown({
  input: { main: 'src/cli/main.ts', netns: 'src/omnibox/linux/netns-program.ts', canary: 'src/omnibox/canary/canary-program.ts', tools: 'src/host/mcp/bridge-program.ts', ...Object.fromEntries(['claude-sdk', 'omni', 'openai-agents', 'scripted'].map((name) => [name, `src/harness/${name}/program/main.ts`])) },
  platform: 'node',
  // `open` carries a helper program beside its code; pino reads files of its own; the keychain's package has binaries and may be absent.
  external: ['open', 'pino', '@napi-rs/keyring'],
})
// V8 keeps the source of what it runs: without white space the idle server is 2.4 MB smaller. Names stay, for stack traces.
await bundle.write({ dir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } }, sourcemap: false })
await bundle.close()
