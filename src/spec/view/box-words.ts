/** What confines a session, in the same words on every screen. Where nothing does, what people said is advice to the agent and no wall. */
export const boxWords = ({ profile, advisory }: { readonly profile: string; readonly advisory: boolean }): string => `sandbox: ${profile}${advisory ? ' — advisory' : ''}`
