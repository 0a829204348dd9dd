/** The author of what nobody asked for: decisions, and what follows from them. */
export const byEngine = { by: { kind: 'engine', id: 'engine' } } as const
