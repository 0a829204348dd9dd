import type { ActionKind } from '../../../spec/actions.ts'
import type { subjectPatterns } from '../../../spec/policy/subjects.ts'

interface Words {
  readonly label: string
  readonly hint?: string
  readonly placeholder?: string
}

/** Kinds of action, for people; `words.test.ts` knows all of them. */
export const subjectWords: Readonly<Record<(typeof subjectPatterns)[number], string>> = {
  '*': 'anything at all', git: 'anything with git', package: 'anything with packages', file: 'anything with a file',
  exec: 'running a command', 'git.push': 'a git push', 'git.commit': 'a git commit', 'package.install': 'installing a package', 'package.publish': 'publishing a package',
  'file.read': 'reading a file', 'file.write': 'changing a file', 'file.delete': 'deleting a file', 'net.request': 'a network request', 'mcp.call': 'a tool of a server',
  'model.call': 'a model call', spawn: 'starting a sub-agent', 'message.out': 'sending a message', 'policy.change': 'changing a policy', 'secret.use': 'using a secret', other: 'any other tool',
}

const glob = 'one a line, * is any'
const paths = 'one a line, ** across folders, ~ is home'

/** What may be tested, for people. `{kind}.{field}` where one name means different things. */
const fieldWords: Readonly<Record<string, Words>> = {
  argv: { label: 'Commands', hint: 'one a line, * is one word, at the end any rest', placeholder: 'terraform apply *' },
  command: { label: 'Text of the line', hint: glob, placeholder: '*--force*' },
  cwd: { label: 'Run in the folder', hint: paths, placeholder: 'infra/**' },
  opaque: { label: 'Cannot be read for certain' },
  repo: { label: 'Repositories', hint: glob, placeholder: 'acme/*' },
  ref: { label: 'Branches', hint: glob, placeholder: 'main' },
  force: { label: 'Forced' }, delete: { label: 'Deletes a branch' }, tag: { label: 'Pushes tags' },
  'git.commit.message': { label: 'Commit message', hint: glob, placeholder: 'wip*' },
  manager: { label: 'Package managers', hint: 'one a line', placeholder: 'npm' },
  names: { label: 'Packages', hint: glob, placeholder: '@acme/*' },
  scripts: { label: 'Runs the packages’ own scripts' },
  'package.publish.name': { label: 'Package', hint: glob, placeholder: '@acme/*' },
  path: { label: 'Files', hint: paths, placeholder: 'src/**' },
  bytes: { label: 'Size in bytes' }, created_by_agent: { label: 'Made by the agent' },
  url: { label: 'Addresses', hint: glob, placeholder: 'https://api.example.org/**' },
  scheme: { label: 'Scheme', placeholder: 'http' },
  host: { label: 'Hosts', hint: 'one a line', placeholder: '*.example.org' },
  port: { label: 'Port' }, method: { label: 'Methods' },
  'net.request.path': { label: 'Path of the address', hint: glob, placeholder: '/v1/*' },
  body_bytes: { label: 'Bytes sent' }, writes: { label: 'Changes something there' },
  server: { label: 'Tool servers', hint: glob, placeholder: 'github' },
  tool: { label: 'Tools', hint: glob, placeholder: 'delete_*' },
  model: { label: 'Models', hint: glob, placeholder: '*large*' },
  est_cost: { label: 'Expected cost, in millionths of a dollar' },
  'spawn.agent': { label: 'Sub-agents', hint: glob, placeholder: 'reviewer' },
  to: { label: 'Sent to', hint: glob }, level: { label: 'Level' }, policy: { label: 'Policy', hint: glob },
  name: { label: 'Secrets', hint: glob },
  outbound: { label: 'Leaves the machine' },
  harness: { label: 'Harness', hint: glob }, agent: { label: 'Done by the agent', hint: glob, placeholder: 'reviewer' },
  depth: { label: 'Depth: 0 is the session, 1 its sub-agents' }, observed: { label: 'Only seen after the call' },
}

/** @param kinds whose field it is */
export function wordsOf(field: string, kinds: readonly ActionKind[]): Words {
  const own = kinds.map((kind) => fieldWords[`${kind}.${field}`]).find((words) => words !== undefined)
  return own ?? fieldWords[field] ?? { label: field }
}

export const hasWords = (field: string, kinds: readonly ActionKind[]): boolean => wordsOf(field, kinds).label !== field
