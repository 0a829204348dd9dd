import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const outDir = fileURLToPath(new URL('../../dist/web', import.meta.url))

/** Writes `.br` and `.gz` beside every text file: the server sends what the browser takes and never compresses itself. */
function compressed(): Plugin {
  let outDir = ''
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const name of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg|webmanifest)$/.test(name)) continue
        const bytes = readFileSync(join(outDir, name))
        writeFileSync(join(outDir, `${name}.br`), brotliCompressSync(bytes))
        writeFileSync(join(outDir, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root,
  plugins: [react(), tailwindcss(), compressed()],
  build: {
    outDir,
    emptyOutDir: true,
    // Browsers that know `light-dark()`, on which both themes stand.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined files would need `data:` in more places of the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The Markdown renderer is one such chunk, loaded after the page is there; test/e2e/web-looks.test.ts holds the main path to its bar.
    chunkSizeWarningLimit: 700,
  },
})
