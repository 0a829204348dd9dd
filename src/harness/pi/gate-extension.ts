import type { McpTool } from '../mcp-servers/mcp-servers.ts'

/** Titles of the extension's questions, so that no other dialog is mistaken for one. */
export const gateTitle = 'omnigent:tool_call'
export const mcpTitle = 'omnigent:mcp_call'
/** Its commands are for us, not for people. */
export const ownCommands = 'omnigent-'
export const reloadCommand = `${ownCommands}reload-models`

/**
 * The extension that Pi loads: it asks before every tool call, over Pi's own dialog protocol, and blocks unless the answer
 * is a clear yes. It also offers the tools of the servers that the adapter runs, and has a call of one made there. Pi does
 * not start when the file is missing, so the gate can not be left out.
 */
export function gateExtension(tools: readonly McpTool[]): string {
  const offered = tools.map(({ name, description, inputSchema }) => ({ name, label: name, description, parameters: inputSchema }))
  return `const ask = async (ctx, title, question, options) => {
  try {
    return JSON.parse(await ctx.ui.input(title, JSON.stringify(question), options))
  } catch {
    return undefined
  }
}

const execute = async (id, _input, signal, _update, ctx) => {
  const result = await ask(ctx, ${JSON.stringify(mcpTitle)}, { id }, { signal })
  if (typeof result?.text !== 'string' || result.failed !== false) throw new Error(result?.text ?? 'The call was not made.')
  return { content: [{ type: 'text', text: result.text }], details: {} }
}

export default (pi) => {
  pi.on('tool_call', async (event, ctx) => {
    const verdict = await ask(ctx, ${JSON.stringify(gateTitle)}, { id: event.toolCallId, name: event.toolName, input: event.input })
    if (verdict?.allow === true) return undefined
    return { block: true, reason: typeof verdict?.reason === 'string' ? verdict.reason : 'The gate gave no answer, so the call was not made.' }
  })
  for (const tool of ${JSON.stringify(offered)}) pi.registerTool({ ...tool, execute })
  pi.registerCommand(${JSON.stringify(reloadCommand)}, { description: 'Reads the list of models again', handler: (_words, ctx) => ctx.modelRegistry.refresh({ allowNetwork: false }) })
}
`
}
