/** Prefix of everything that is cached of the planner. Invalidated when the server reports a change. */
export const plannerKey = ['planner'] as const
