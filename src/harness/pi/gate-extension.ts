/** Title of the gate's questions, so that no other dialog is mistaken for one. */
export const gateTitle = 'omnigent:tool_call'

/**
 * The extension that Pi loads: it asks before every tool call, over Pi's own dialog protocol, and blocks unless the answer
 * is a clear yes. Pi does not start when the file is missing, so the gate can not be left out.
 */
export const gateExtension = `export default (pi) => pi.on('tool_call', async (event, ctx) => {
  let verdict
  try {
    verdict = JSON.parse(await ctx.ui.input(${JSON.stringify(gateTitle)}, JSON.stringify({ id: event.toolCallId, name: event.toolName, input: event.input })))
  } catch {
    verdict = undefined
  }
  if (verdict?.allow === true) return undefined
  return { block: true, reason: typeof verdict?.reason === 'string' ? verdict.reason : 'The gate gave no answer, so the call was not made.' }
})
`
