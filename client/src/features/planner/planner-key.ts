/** All that is cached of the planner. Invalidated when the server says that something in it changed. */
export const plannerKey = ['planner'] as const
