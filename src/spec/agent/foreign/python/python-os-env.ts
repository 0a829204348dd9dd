import { quote } from '../../../yaml/problem.ts'
import type { Range, YamlEntry, YamlNode } from '../../../yaml/yaml-node.ts'
import { type Draft, put } from '../draft.ts'
import { escapeReferences, listNode, mapNode, textNode } from '../make-node.ts'
import { expectBoolean, expectText, expectTexts, type FieldRules, lose, readFields, refuse, type Translation } from '../translation.ts'

/** What an `os_env.sandbox` says, gathered before it becomes ours. */
interface Wish {
  profile: YamlNode | undefined
  readonly lists: Map<'read' | 'write' | 'hide' | 'env', YamlNode[]>
  network: 'deny' | undefined
  readonly rules: YamlNode[]
}

/** `os_env` as our `sandbox`. What it restricts is kept; that it wants no sandbox, or an open network, is for a person to grant. */
export function readOsEnv(translation: Translation, draft: Draft, node: YamlNode | undefined): void {
  const wish: Wish = { profile: undefined, lists: new Map(), network: undefined, rules: [] }
  let range: Range = node?.range ?? [0, 1]
  readFields(translation, { node, label: 'os_env' }, {
    type: { same: ['caller_process'], otherwise: 'the agent runs in the box of its session' },
    cwd: { same: ['.', './', null], otherwise: 'the folder is chosen when a session starts (omni run -C)' },
    fork: { same: [false], otherwise: 'write workspace: {mode: worktree} for a copy of its own' },
    start_in_scratch: { same: [false], otherwise: 'write workspace: {mode: temp} for an empty folder' },
    sandbox: (entry) => {
      range = entry.keyRange
      readFields(translation, { node: entry.value, label: 'os_env.sandbox' }, sandboxRules(translation, wish))
    },
  })
  const network = wish.network === undefined ? undefined : mapNode(range, { default: textNode(range, wish.network), rules: wish.rules.length === 0 ? undefined : listNode(range, wish.rules) })
  const lists = Object.fromEntries([...wish.lists].filter(([, items]) => items.length > 0).map(([key, items]) => [key, listNode(items[0]?.range ?? range, items)]))
  const sandbox = mapNode(range, { profile: wish.profile, ...lists, network })
  if (sandbox.kind === 'map' && sandbox.entries.length > 0) put(draft, 'sandbox', sandbox, range)
}

function sandboxRules(translation: Translation, wish: Wish): FieldRules {
  const add = (list: 'read' | 'write' | 'hide' | 'env') => (entry: YamlEntry) => {
    const found = expectTexts(translation, entry, `os_env.sandbox.${entry.key}`)
    const paths = found.filter(({ text }) => list === 'hide' || list === 'env' || !isWorkspace(text))
    wish.lists.set(list, [...(wish.lists.get(list) ?? []), ...paths.map(({ text, node }) => textNode(node.range, escapeReferences(text)))])
    // There a list without the folder itself means that it can not be written.
    if (entry.key === 'write_paths' && entry.value.kind !== 'null' && !found.some(({ text }) => isWorkspace(text))) wish.profile = textNode(entry.keyRange, 'read-only')
  }
  return {
    type: (entry) => readType(translation, entry),
    read_paths: add('read'), write_paths: add('write'), write_files: add('write'), mask_paths: add('hide'), env_passthrough: add('env'),
    allow_network: (entry) => {
      const isOpen = expectBoolean(translation, entry, 'os_env.sandbox.allow_network')
      if (isOpen === false) wish.network = 'deny'
      if (isOpen === true) lose(translation, entry.keyRange, 'allow_network: true is not carried: an imported agent does not ask for an open network', 'write sandbox: {network: {default: allow}} to ask for it')
    },
    egress_rules: (entry) => readEgress(translation, wish, entry),
    egress_allow_private_destinations: { same: [false], otherwise: 'addresses of the local network are named in a rule (sandbox.network.rules)' },
    credential_proxy: 'secrets are named under secrets and put in by the gateway',
    cwd_allow_hidden: 'hidden files of the workspace are not hidden here; name what to hide under sandbox.hide',
    cwd_hidden_scan_max_entries: 'nothing is scanned', cwd_hidden_scan_overflow: 'nothing is scanned', cwd_hidden_scan_recursive: 'nothing is scanned',
  }
}

const backends: ReadonlySet<string> = new Set(['auto', 'linux_bwrap', 'darwin_seatbelt', 'windows_jobobject'])

/** The sandbox of the platform is used whatever its name; none at all is not asked for. */
function readType(translation: Translation, entry: YamlEntry): void {
  const { value } = entry
  if (value.kind === 'null' || (value.kind === 'text' && value.value === 'none')) {
    return lose(translation, entry.keyRange, 'sandbox type none is not carried: the agent keeps the sandbox "workspace"', 'write sandbox: off to ask for none')
  }
  const text = expectText(translation, entry, 'os_env.sandbox.type')
  if (text !== undefined && !backends.has(text)) lose(translation, value.range, `sandbox type ${quote(text)} is not carried: the sandbox of this machine is used`)
}

/** `GET,POST api.example.com/v1/**`: what is listed is allowed, everything else is not. */
function readEgress(translation: Translation, wish: Wish, entry: YamlEntry): void {
  const rules = expectTexts(translation, entry, 'os_env.sandbox.egress_rules')
  if (rules.length === 0) return
  wish.network = 'deny'
  for (const { text, node } of rules) {
    const match = /^(\*|[A-Za-z]+(?:,[A-Za-z]+)*)\s+([A-Za-z0-9.*-]{1,253})(\/\S{0,1500})?$/.exec(text)
    if (match === null) {
      refuse(translation, node.range, 'value', `${quote(text)} is not a rule such as "GET,POST api.example.com/v1/**"`)
      continue
    }
    const [, methods = '*', host = '', path = '/**'] = match
    const { range } = node
    const names = methods === '*' ? undefined : listNode(range, methods.toUpperCase().split(',').map((method) => textNode(range, method)))
    const target = path === '/**' ? { host: textNode(range, host) } : { url: textNode(range, escapeReferences(`https://${host}${path}`)) }
    if (path !== '/**') lose(translation, range, `the rule is narrower: ${quote(`${host}${path}`)} is allowed over https only`)
    wish.rules.push(mapNode(range, { ...target, method: names, action: textNode(range, 'allow') }))
  }
}

function isWorkspace(path: string): boolean {
  return path === '.' || path === './'
}
