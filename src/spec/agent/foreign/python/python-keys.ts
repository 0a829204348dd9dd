/**
 * Keys at the root of agent files of the Python edition, as its documentation and examples have them (2026-08): the bundle's
 * `config.yaml` (`spec_version: 1`) and the single file.
 */
const common = [
  'name', 'description', 'prompt', 'instructions', 'executor', 'tools', 'params', 'os_env', 'terminals', 'async', 'cancellable', 'timers', 'spawn', 'skills',
  'agent_session_sharing',
]

export const bundleKeys: readonly string[] = [...common, 'spec_version', 'llm', 'interaction', 'guardrails', 'compaction']

export const fileKeys: readonly string[] = [
  ...common, 'policies', 'labels', 'label_schema', 'ask_timeout', 'policy_transparency', 'memories', 'metadata', 'workflow', 'runtime', 'input_type', 'output_type',
]
