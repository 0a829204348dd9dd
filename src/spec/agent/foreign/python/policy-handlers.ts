import type { Plain } from '../make-node.ts'

/**
 * Policy handlers of the Python edition that our grammar can say, as data: nothing is imported, and a handler that is not here is
 * an error that names it. In a policy a text `<param>` is the value of that parameter. What our words say differently is in `note`.
 */
export interface HandlerRule {
  readonly params: Readonly<Record<string, HandlerParam>>
  readonly policies: readonly PolicyTemplate[]
  readonly note?: string
}

export interface HandlerParam {
  readonly type: 'number' | 'text' | 'boolean' | 'numbers' | 'texts' | 'verdict'
  /** Without it the parameter must be there. */
  readonly default?: Plain
  /** Values of no consequence here; any other is refused, because it would restrict what our words can not. */
  readonly only?: Plain
  /** Why the parameter is not carried, when leaving it out never allows more. */
  readonly lost?: string
}

export interface PolicyTemplate {
  /** Added to the policy's name. */
  readonly suffix?: string
  /** Only if the parameter has this value. */
  readonly when?: readonly [param: string, value: Plain]
  /** One policy for each item of this parameter, which is then `<item>`. */
  readonly each?: string
  readonly policy: Readonly<Record<string, Plain>>
}

const reason: HandlerParam = { type: 'text', default: '', lost: 'the message of the policy says what happened' }
const shellTools: HandlerParam = { type: 'texts', default: [], lost: 'every shell command is looked at, whatever the tool is called' }

const maxToolCalls: HandlerRule = {
  params: { limit: { type: 'number', default: 100 } },
  policies: [{ policy: { type: 'rate', of: '*', op: 'gt', value: '<limit>', per: 'session', action: 'deny' } }],
}

const costBudget: HandlerRule = {
  params: {
    max_cost_usd: { type: 'number' },
    ask_thresholds_usd: { type: 'numbers', default: [] },
    expensive_models: { type: 'texts', default: ['*'] },
  },
  note: 'stricter: at the limit every model is refused, not only the dear ones',
  policies: [
    { suffix: '-ask-<item>', each: 'ask_thresholds_usd', policy: { type: 'cost', op: 'ge', value: '<item>', action: 'ask' } },
    { policy: { type: 'cost', op: 'ge', value: '<max_cost_usd>', action: 'deny' } },
  ],
}

const systemPaths = ['/', '/*', '~', '/etc/**', '/usr/**', '/bin/**', '/sbin/**', '/lib/**', '/lib64/**', '/var/**', '/boot/**', '/dev/**', '/proc/**', '/sys/**', '/root', '/home', '/opt']
const outward = [
  'rm -r *', 'rm -R *', 'rm -rf *', 'rm -fr *', 'rm -Rf *', 'rm --recursive *', 'gh pr merge *', 'gh release *', 'gh repo delete *',
  ...['kubectl', 'helm', 'terraform', 'databricks'].flatMap((program) => ['apply', 'deploy', 'destroy', 'delete'].map((verb) => `${program} ${verb} *`)),
]

const blastRadius: HandlerRule = {
  params: { gate_pushes: { type: 'boolean', default: true }, risky_action: { type: 'verdict', default: 'ask' }, deny_reason: reason },
  note: 'said in our words: commands are read by a shell parser, not by patterns over the line',
  policies: [
    { suffix: '-force', policy: { type: 'git', match: { verb: 'push', any: [{ force: true }, { delete: true }] }, action: 'deny' } },
    { suffix: '-system-files', policy: { type: 'file', match: { verb: 'delete', path: systemPaths }, action: 'deny' } },
    { suffix: '-reset', policy: { type: 'exec', match: { argv: ['git reset --hard */*'] }, action: 'deny' } },
    { suffix: '-push', when: ['gate_pushes', true], policy: { type: 'git', match: { verb: 'push' }, action: '<risky_action>' } },
    { suffix: '-outward', when: ['gate_pushes', true], policy: { type: 'exec', match: { argv: outward }, action: '<risky_action>' } },
  ],
}

const spawnBounds: HandlerRule = {
  params: { max_dispatches_per_turn: { type: 'number', default: 5 }, dispatch_tools: { type: 'texts', default: [], lost: 'every start of a sub-agent counts, whatever the tool is called' } },
  policies: [{ policy: { type: 'rate', of: 'spawn', op: 'gt', value: '<max_dispatches_per_turn>', per: 'turn', action: 'deny' } }],
}

const purposeGuard: HandlerRule = {
  params: {
    allowed_purposes: { type: 'texts', default: ['explore', 'implement', 'review', 'search'], only: ['explore', 'implement', 'review', 'search'] },
    deny_reason: reason,
  },
  note: 'not carried: a task given by delegate declares no purpose',
  policies: [],
}

const worktreeGuard: HandlerRule = {
  params: { allowed_root: { type: 'text', default: '', lost: 'the workspace of the session is the root' }, deny_reason: reason },
  policies: [{ policy: { type: 'file', match: { verb: ['write', 'delete'] }, unless: { path: '**' }, action: 'deny' } }],
}

const readOnly: HandlerRule = { params: { deny_reason: reason }, policies: [{ policy: { type: 'file', match: { verb: ['write', 'delete'] }, action: 'deny' } }] }

const workingDir: HandlerRule = {
  params: {
    block_cd: { type: 'boolean', default: true }, block_worktree: { type: 'boolean', default: true }, action: { type: 'verdict', default: 'deny' },
    allowed_dirs: { type: 'texts', default: [], lost: 'stricter: no folder is excepted' }, shell_tools: shellTools,
  },
  policies: [
    { suffix: '-cd', when: ['block_cd', true], policy: { type: 'exec', match: { argv: ['cd *', 'chdir *', 'pushd *', 'popd *', 'git -C *'] }, action: '<action>' } },
    { suffix: '-worktree', when: ['block_worktree', true], policy: { type: 'exec', match: { argv: ['git worktree add *', 'git worktree move *', 'git worktree remove *'] }, action: '<action>' } },
  ],
}

const askOnOsTools: HandlerRule = {
  params: {},
  policies: [
    { suffix: '-files', policy: { type: 'file', match: { verb: ['read', 'write', 'delete'] }, action: 'ask' } },
    { suffix: '-commands', policy: { type: 'exec', action: 'ask' } },
  ],
}

const detectLoop: HandlerRule = {
  params: { window: { type: 'number', default: 10 }, threshold: { type: 'number', default: 3 } },
  policies: [{ policy: { type: 'loop', of: '*', fingerprint: 'exact', op: 'ge', value: '<threshold>', within: '<window> calls', action: 'ask' } }],
}

const orchestration = {
  blast_radius: blastRadius, spawn_bounds: spawnBounds, headless_subagent_purpose_guard: purposeGuard, worktree_guard: worktreeGuard, read_only_os: readOnly,
}

const modules: Readonly<Record<string, Readonly<Record<string, HandlerRule>>>> = {
  'omnigent.policies.builtins.safety': { max_tool_calls_per_session: maxToolCalls, detect_loop: detectLoop, ask_on_os_tools: askOnOsTools },
  'omnigent.policies.builtins.cost': { cost_budget: costBudget },
  'omnigent.policies.builtins.working_dir': { block_working_dir_changes: workingDir },
  'omnigent.policies.builtins.orchestration': orchestration,
  // The name this module had before; published agents still use it.
  'omnigent.inner.nessie.policies': orchestration,
}

/** The rule for a dotted path; undefined: none of our words say it. */
export function handlerRule(path: string): HandlerRule | undefined {
  const dot = path.lastIndexOf('.')
  const [module, name] = [path.slice(0, dot), path.slice(dot + 1)]
  const rules = Object.hasOwn(modules, module) ? modules[module] : undefined
  return rules !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined
}
