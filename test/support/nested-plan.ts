/** A plan inside of another one, as JSON of a text: the model that reads the outer one must find only that. */
export const nestedPlan = (steps: readonly object[]): string => JSON.stringify(`P\u200bLAN:${JSON.stringify(steps)}`).replace('P\u200bLAN', 'P\\u004cAN')

/** A step that calls one of the engine's tools. @param input its JSON */
export const omniCall = (tool: string, input = '{}'): string => `{"mcp":{"server":"omni","tool":"${tool}","input":${input}}}`
