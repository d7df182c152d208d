import { schema } from '@holdfast/drizzle'

/** What a node does: everything, answer requests alone, or run jobs alone. */
export const nodeRoles = schema.nodeRoles
export type NodeRole = schema.NodeRole
