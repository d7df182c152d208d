import { goalStatuses } from '@holdfast/shared'
import { sql, type SQL } from 'drizzle-orm'
import {
  check,
  date,
  doublePrecision,
  foreignKey,
  index,
  pgTable,
  text,
  unique,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core'
import { users } from './auth.ts'
import { oneOf, time } from './columns.ts'
import { messages } from './conversations.ts'

const owner = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

/** The columns that goals, milestones and tasks have in common. */
const itemColumns = () => ({
  /** The user's own order, ascending, then by id. A place between two neighbours is half-way between their numbers. */
  position: doublePrecision().notNull(),
  /** SHA-256 of the body that created it, which distinguishes a repeat from another request even after changes. */
  createdHash: text().notNull(),
  createdInConversationId: uuid(),
  createdByMessageId: uuid(),
  changedInConversationId: uuid(),
  changedByMessageId: uuid(),
  createdAt: time().notNull(),
  updatedAt: time().notNull(),
  deletedAt: time(),
  /** The id of what was deleted: its own, or the goal or milestone that took it along. An undo brings all of it back. */
  deletedWith: uuid(),
})

type ItemTable = Record<keyof ReturnType<typeof itemColumns> | 'id' | 'userId' | 'title', AnyPgColumn>

/** Their common rules and indexes. The links to messages become null when a message is removed for good. */
const itemRules = (name: string, table: ItemTable) => [
  unique(`${name}_owner`).on(table.userId, table.id),
  check(`${name}_title_length`, sql`char_length(${table.title}) between 1 and 500`),
  check(`${name}_deletion`, sql`(${table.deletedAt} is null) = (${table.deletedWith} is null)`),
  check(
    `${name}_sources`,
    sql`(${table.createdInConversationId} is null) = (${table.createdByMessageId} is null) and (${table.changedInConversationId} is null) = (${table.changedByMessageId} is null)`,
  ),
  foreignKey({
    name: `${name}_created_by`,
    columns: [table.createdInConversationId, table.createdByMessageId],
    foreignColumns: [messages.conversationId, messages.id],
  }).onDelete('set null'),
  foreignKey({
    name: `${name}_changed_by`,
    columns: [table.changedInConversationId, table.changedByMessageId],
    foreignColumns: [messages.conversationId, messages.id],
  }).onDelete('set null'),
  index(`${name}_in_order`).on(table.userId, table.position, table.id).where(isNull(table.deletedAt)),
  index(`${name}_deleted_with`)
    .on(table.userId, table.deletedWith)
    .where(sql`${table.deletedWith} is not null`),
  index(`${name}_by_creating_message`)
    .on(table.createdInConversationId, table.createdByMessageId)
    .where(sql`${table.createdByMessageId} is not null`),
  index(`${name}_by_changing_message`)
    .on(table.changedInConversationId, table.changedByMessageId)
    .where(sql`${table.changedByMessageId} is not null`),
]

const isNull = (column: AnyPgColumn): SQL => sql`${column} is null`

export const goals = pgTable(
  'goals',
  {
    id: uuid().primaryKey(),
    userId: owner(),
    title: text().notNull(),
    description: text(),
    targetDate: date({ mode: 'string' }),
    status: text({ enum: goalStatuses }).notNull().default('active'),
    ...itemColumns(),
  },
  (table) => [...itemRules('goals', table), check('goals_status', oneOf(table.status, goalStatuses))],
)

export const milestones = pgTable(
  'milestones',
  {
    id: uuid().primaryKey(),
    userId: owner(),
    goalId: uuid(),
    title: text().notNull(),
    targetDate: date({ mode: 'string' }),
    completedAt: time(),
    ...itemColumns(),
  },
  (table) => [
    ...itemRules('milestones', table),
    // With the user in the key a milestone can only belong to a goal of the same user.
    foreignKey({
      name: 'milestones_goal',
      columns: [table.userId, table.goalId],
      foreignColumns: [goals.userId, goals.id],
    }),
    index('milestones_of_goal').on(table.userId, table.goalId, table.position, table.id),
  ],
)

export const tasks = pgTable(
  'tasks',
  {
    id: uuid().primaryKey(),
    userId: owner(),
    milestoneId: uuid(),
    title: text().notNull(),
    description: text(),
    category: text(),
    dueDate: date({ mode: 'string' }),
    completedAt: time(),
    ...itemColumns(),
  },
  (table) => [
    ...itemRules('tasks', table),
    foreignKey({
      name: 'tasks_milestone',
      columns: [table.userId, table.milestoneId],
      foreignColumns: [milestones.userId, milestones.id],
    }),
    index('tasks_of_milestone').on(table.userId, table.milestoneId, table.position, table.id),
    index('tasks_of_category').on(table.userId, table.category, table.position, table.id).where(isNull(table.deletedAt)),
    index('tasks_pending')
      .on(table.userId, table.position, table.id)
      .where(sql`${table.deletedAt} is null and ${table.completedAt} is null`),
    index('tasks_due')
      .on(table.userId, table.dueDate)
      .where(sql`${table.deletedAt} is null and ${table.completedAt} is null`),
  ],
)
