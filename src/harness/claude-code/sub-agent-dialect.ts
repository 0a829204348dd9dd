import type { SubAgentDialect } from '../../spec/agent/foreign/foreign-dialects.ts'

/** Claude Code's sub-agent files, `.claude/agents/*.md`: the names of its tools. @see https://code.claude.com/docs/en/sub-agents */
export const claudeSubAgents: SubAgentDialect = {
  title: 'Claude Code', harness: 'claude-code',
  capabilities: {
    read: { core: ['Read', 'Grep', 'Glob'], more: ['LS', 'NotebookRead', 'LSP'], heart: ['Read'] },
    edit: { core: ['Edit', 'Write'], more: ['MultiEdit', 'NotebookEdit'] },
    shell: { core: ['Bash'], more: ['BashOutput', 'KillShell', 'KillBash', 'PowerShell', 'Monitor'] },
    web: { core: ['WebFetch', 'WebSearch'], more: [] },
    delegate: { core: ['Task', 'Agent'], more: ['SendMessage'] },
  },
  harmless: ['TodoWrite', 'TodoRead', 'TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate', 'Skill', 'AskUserQuestion', 'EnterPlanMode', 'ExitPlanMode', 'ToolSearch'],
}
