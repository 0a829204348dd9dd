import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, it } from 'vitest'

/** Each room and the rooms it may import: `docs/architecture.md` is checked against this table. */
const rooms: Record<string, readonly string[]> = {
  base: [],
  spec: ['base'],
  policy: ['base', 'spec'],
  session: ['base', 'spec', 'policy'],
  store: ['base', 'spec'],
  harness: ['base', 'spec'],
  omnibox: ['base', 'spec'],
  workspace: ['base', 'spec'],
  host: ['base', 'spec'],
  cloud: ['base', 'spec'],
  server: ['base', 'spec', 'session'],
  client: ['base', 'spec'],
  tui: ['base', 'spec', 'client'],
  web: ['base', 'spec', 'client'],
  app: ['base', 'spec', 'policy', 'session', 'store', 'harness', 'omnibox', 'workspace', 'host', 'cloud', 'server'],
  cli: ['base', 'spec', 'client', 'tui', 'app'],
}

/** Powers that only the named places may hold. */
const owners: Record<string, readonly string[]> = {
  'node:child_process': ['omnibox/', 'app/process/'],
  'node:worker_threads': ['app/process/'],
  'node:cluster': [],
  '@lydell/node-pty': ['omnibox/'],
  tinyexec: ['omnibox/', 'app/process/'],
  open: ['app/process/'],
  'node:sqlite': ['store/sqlite/'],
  kysely: ['store/'],
  pg: ['store/postgres/'],
  hono: ['server/'],
  '@hono/node-server': ['server/'],
  ws: ['server/'],
  react: ['web/'],
  'react-dom': ['web/'],
  commander: ['cli/'],
  '@clack/prompts': ['cli/'],
  vite: ['web/'],
}
/** Vendors' names: each lives in its own folder and, as one line, in the registry. */
const vendors = /\b(claude|codex|gemini|anthropic|openai)\b/i
const vendorHomes = ['harness/', 'app/harness-registry.ts']
const maxLines = 400

const listFiles = (root: string) => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules'))
const files = listFiles('src')
const product = files.filter((file) => !file.includes('.test.'))
const read = (file: string) => readFileSync(join('src', file), 'utf8')
const roomOf = (file: string) => file.split(sep)[0] ?? ''
const importsOf = (file: string) => [...read(file).matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '')
/** Source without comments and texts: prose may say "any". */
const codeOf = (file: string) => read(file).replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$|'[^'\n]*'|`[^`]*`/gm, '')
const packageOf = (specifier: string) => specifier.startsWith('node:') ? specifier : specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')

it('knows every room', () => {
  expect(readdirSync('src').filter((room) => rooms[room] === undefined)).toEqual([])
})

it('lists each room below every room it imports', () => {
  const order = Object.keys(rooms)
  const upward = order.flatMap((room, index) => (rooms[room] ?? []).filter((other) => order.indexOf(other) >= index))
  expect(upward).toEqual([])
})

it('changes files from a harness only where no link is followed: agents write in the same folders', () => {
  const changes = /import \{[^}]*\b(?:writeFile|mkdir|rm|cp|copyFile|rename|symlink|appendFile|chmod)(?:Sync)?\b[^}]*\} from 'node:fs/
  // A program runs in the box itself.
  expect(product.filter((file) => file.startsWith('harness/') && !file.includes('/program/') && changes.test(read(file)))).toEqual([])
})

it('imports only the rooms it may', () => {
  const violations = product.flatMap((file) => importsOf(file).filter((specifier) => {
    if (!specifier.startsWith('.')) return false
    const target = roomOf(relative('src', join('src', dirname(file), specifier)))
    return target !== roomOf(file) && !rooms[roomOf(file)]?.includes(target)
  }).map((specifier) => `${file} imports ${specifier}`))
  expect(violations).toEqual([])
})

it('uses no power it does not own', () => {
  const violations = product.flatMap((file) => importsOf(file).filter((specifier) => {
    const homes = owners[packageOf(specifier)]
    return homes !== undefined && !homes.some((home) => file.startsWith(home))
  }).map((specifier) => `${file} imports ${specifier}`))
  expect(violations).toEqual([])
})

it('keeps files short, in source and tests', () => {
  const all = [...files.map((file) => join('src', file)), ...listFiles('test').map((file) => join('test', file))]
  expect(all.filter((file) => readFileSync(file, 'utf8').split('\n').length > maxLines + 1)).toEqual([])
})

it('has no barrels and no catch-all file names', () => {
  expect(files.filter((file) => /^export (\*|\{[^}]*\}) from/m.test(read(file)))).toEqual([])
  expect(files.filter((file) => /(^|\/)(index|utils?|types|helpers?|common)\.tsx?$/.test(file))).toEqual([])
})

it('reads the environment in one place', () => {
  expect(product.filter((file) => /process\.env\b/.test(read(file)))).toEqual([join('app', 'config.ts')])
})

it('takes time and chance as arguments', () => {
  // Programs that run on their own (in a box, in a browser) and the room that wires have their own clock.
  const free = ['app/', 'web/', 'harness/scripted/program/', 'harness/child-loop/program/', 'cli/']
  const users = product.filter((file) => /\bDate\.now\(\)|\bMath\.random\(\)|\bnew Date\(\)/.test(read(file)))
  expect(users.filter((file) => !free.some((place) => file.startsWith(place)))).toEqual([])
})

it('keeps vendors’ names in their own folders', () => {
  expect(product.filter((file) => !vendorHomes.some((home) => file.startsWith(home)) && vendors.test(read(file)))).toEqual([])
})

it('escapes no types', () => {
  expect(files.filter((file) => /@ts-ignore|@ts-expect-error|@ts-nocheck/.test(read(file)))).toEqual([])
  expect(files.filter((file) => /\bas any\b|: any\b|<any>/.test(codeOf(file)))).toEqual([])
})

it('describes exactly these rooms in docs/architecture.md', () => {
  const doc = readFileSync('docs/architecture.md', 'utf8')
  const rows = [...doc.matchAll(/^\| `(\w+)\/` \|[^|]*\| ([^|]*) \|$/gm)].map(([, room, may]) => [room, may?.trim()])
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(Object.entries(rooms).map(([room, may]) => [room, may.length === 0 ? '–' : may.join(', ')])))
})

it('points only at files that exist in docs/architecture.md', () => {
  const doc = readFileSync('docs/architecture.md', 'utf8')
  const paths = [...doc.matchAll(/`((?:src|test|bench|docs|agents)\/[\w./-]+)`/g)].map((match) => match[1] ?? '')
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !existsSync(path))).toEqual([])
})

it('tracks no built or foreign files', () => {
  const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n')
  expect(tracked.filter((file) => /(^|\/)(node_modules|dist)\//.test(file))).toEqual([])
})
