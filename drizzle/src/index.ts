export * as schema from './schema/index.ts'
export * from './migrate.ts'
export { activeStatusCondition } from './schema/columns.ts'
