/** The planner, where it is not open. */
export const planner = {
  planner: 'Planner',
  'planner.open': 'Show planner',
  'planner.close': 'Hide planner',
} as const
