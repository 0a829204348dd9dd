import { type Arg, dynamicArg } from '../arg.ts'
import { act, type Effect, opaque, type ProgramReader } from '../call.ts'
import { has, type OptionShape, readOptions, valueOf } from './options.ts'

const inContainer = { elsewhere: true, input: true } as const

const execShape: OptionShape = { values: 'ewu', longValues: ['env', 'env-file', 'workdir', 'user', 'detach-keys', 'index'], stops: true }
const runShape: OptionShape = {
  values: 'aceghlmpuvw', longValues: ['attach', 'add-host', 'annotation', 'blkio-weight', 'cap-add', 'cap-drop', 'cgroup-parent', 'cgroupns', 'cidfile', 'cpu-period', 'cpu-quota', 'cpu-shares', 'cpus', 'cpuset-cpus', 'cpuset-mems', 'device', 'dns', 'entrypoint', 'env', 'env-file', 'expose', 'gpus', 'group-add', 'health-cmd', 'hostname', 'ip', 'ipc', 'isolation', 'label', 'link', 'log-driver', 'log-opt', 'mac-address', 'memory', 'memory-swap', 'mount', 'name', 'network', 'net', 'network-alias', 'pid', 'pids-limit', 'platform', 'publish', 'pull', 'restart', 'runtime', 'security-opt', 'shm-size', 'stop-signal', 'storage-opt', 'sysctl', 'tmpfs', 'ulimit', 'user', 'userns', 'uts', 'volume', 'volumes-from', 'workdir', 'label-file', 'device-cgroup-rule', 'device-read-bps', 'device-read-iops', 'device-write-bps', 'device-write-iops', 'dns-option', 'dns-search', 'domainname', 'health-interval', 'health-retries', 'health-start-interval', 'health-start-period', 'health-timeout', 'ip6', 'link-local-ip', 'memory-reservation', 'memory-swappiness', 'oom-score-adj', 'stop-timeout', 'volume-driver', 'secret', 'pod'], stops: true,
}
const globals: OptionShape = { values: 'Hclf', longValues: ['host', 'context', 'config', 'log-level', 'file', 'project-name', 'project-directory', 'profile', 'env-file', 'namespace', 'connection', 'url', 'tlscacert', 'tlscert', 'tlskey'], stops: true }

/** docker, podman and nerdctl: commands in containers, and images that go to a registry. */
const docker: ProgramReader = (call) => readDocker(call.name, call.args)

function readDocker(name: string, args: readonly Arg[]): readonly Effect[] {
  const [command, ...rest] = readOptions(args, globals).operands
  if (command === undefined) return []
  if (command.text === undefined) return [opaque(`which of ${name}'s commands it is, is only known at run time`)]
  switch (command.text) {
    case 'compose': case 'container': case 'image': case 'buildx': case 'manifest': return readDocker(name, rest)
    case 'exec': return commandAfter(readOptions(rest, execShape).operands)
    case 'run': case 'create': {
      const options = readOptions(rest, runShape)
      const entry = valueOf(options, 'entrypoint')
      const words = options.operands.slice(1)
      if (options.unsure && options.operands[0]?.many) return [opaque('which words are the command is only known at run time')]
      return entry === undefined || entry.text === '' ? commandAfter(options.operands) : [{ type: 'run', words: [entry, ...words], where: inContainer }]
    }
    case 'push': return [act({ kind: 'package.publish', manager: 'docker', ...nameOf(rest), outbound: true })]
    case 'build': case 'bake': return rest.some(({ prefix }) => prefix === '--push' || /type=registry|push=true/.test(prefix)) ? [act({ kind: 'package.publish', manager: 'docker', outbound: true })] : []
    case 'pull': case 'login': case 'search': return [act({ kind: 'net.request', scheme: 'https', host: 'unknown', method: command.text === 'login' ? 'POST' : 'GET', outbound: true })]
    default: return []
  }
}

const nameOf = (args: readonly Arg[]) => {
  const name = readOptions(args, {}).operands[0]?.text
  return name === undefined ? {} : { name }
}

/** The first operand is the container or image; without a command its own is run. */
function commandAfter([place, ...words]: readonly Arg[]): readonly Effect[] {
  if (place?.many) return [opaque('which words are the command is only known at run time')]
  return words.length === 0 ? [] : [{ type: 'run', words, where: inContainer }]
}

const kubectl: ProgramReader = (call) => {
  const command = readOptions(call.args, { values: 'nslf', longValues: ['namespace', 'context', 'kubeconfig', 'server', 'cluster', 'user'], stops: true }).operands
  const verb = command[0]?.text
  const at = call.args.findIndex(({ text }) => text === '--')
  const request = act({ kind: 'net.request', scheme: 'https', host: 'unknown', ...(verb === undefined ? {} : { method: /^(?:get|describe|logs|top|explain|api-resources|version|diff|cluster-info|events)$/.test(verb) ? 'GET' : 'POST' }), outbound: true })
  if (verb !== 'exec' && verb !== 'run' && verb !== 'debug') return verb === 'config' || verb === 'version' ? [] : [request]
  if (at !== -1) return [request, { type: 'run', words: call.args.slice(at + 1), where: inContainer }]
  return verb === 'exec' && command.length > 2 ? [request, { type: 'run', words: readOptions(command.slice(1), { values: 'ncf', longValues: ['namespace', 'container', 'filename'] }).operands.slice(1), where: inContainer }] : [request]
}

const publisher = (verbs: readonly string[]): ProgramReader => (call) => (call.args.some(({ text }) => text !== undefined && verbs.includes(text)) ? [act({ kind: 'package.publish', manager: call.name, outbound: true })] : [])

const nixShell: ProgramReader = (call) => {
  const options = readOptions(call.args, { values: 'pIAE', longValues: ['run', 'command', 'packages', 'argstr', 'arg', 'expr'] })
  const line = valueOf(options, 'run', 'command')
  return line === undefined ? [opaque('it starts a shell')] : [line.text === undefined ? opaque('it runs a line that is only known at run time') : { type: 'script', text: line.text }]
}

const vagrant: ProgramReader = (call) => {
  const line = valueOf(readOptions(call.args, { values: 'c', longValues: ['command'] }), 'c', 'command')
  if (call.args[0]?.text !== 'ssh') return []
  return [line?.text === undefined ? opaque('it starts a shell') : { type: 'script', text: line.text, where: { elsewhere: true } }]
}

/** bubblewrap, firejail and their like: too many options to say where the command starts, so it is looked for. */
const sandbox: ProgramReader = (call) => {
  const at = call.args.findIndex(({ text }) => text === '--')
  const start = at !== -1 ? at + 1 : call.name === 'firejail' ? call.args.findIndex(({ prefix }) => !prefix.startsWith('-')) : -1
  if (has(readOptions(call.args, {}), 'version', 'help')) return []
  return start <= 0 && at === -1 && call.name !== 'firejail' ? [opaque('where its command starts is not known')] : [{ type: 'run', words: start === -1 ? [dynamicArg('…')] : call.args.slice(start), where: { input: true } }]
}

export const containers: readonly (readonly [string, ProgramReader])[] = [
  ['docker', docker], ['podman', docker], ['nerdctl', docker], ['docker-compose', docker], ['podman-compose', docker], ['kubectl', kubectl], ['oc', kubectl], ['vagrant', vagrant], ['nix-shell', nixShell],
  ['skopeo', publisher(['copy', 'sync'])], ['crane', publisher(['push', 'copy', 'append'])], ['oras', publisher(['push', 'copy', 'cp'])], ['buildah', publisher(['push'])], ['bwrap', sandbox], ['firejail', sandbox],
]
