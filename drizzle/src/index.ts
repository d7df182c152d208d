export * as schema from './schema/index.ts'
export * from './migrate.ts'
