import { z } from 'zod'

export const plannerKinds = ['goal', 'milestone', 'task'] as const
export const plannerKindSchema = z.enum(plannerKinds)
export type PlannerKindName = z.infer<typeof plannerKindSchema>

/** Fields of goals, milestones and tasks that an undo gives back, in the order in which they are shown. */
export const undoFields = [
  'title',
  'description',
  'status',
  'completedAt',
  'dueDate',
  'targetDate',
  'category',
  'milestoneId',
  'goalId',
  'position',
] as const
export const undoFieldSchema = z.enum(undoFields)
export type UndoField = z.infer<typeof undoFieldSchema>

const value = z.union([z.string(), z.number(), z.null()])

const undoItem = {
  kind: plannerKindSchema,
  id: z.string(),
  /** As it was called before it was reverted; empty for what was removed for good. */
  title: z.string(),
}

/** Why something stays as it is although the answer made it so. */
export const undoKeptReasons = [
  /** The user has changed it since, by hand. */
  'changed-by-person',
  /** Another answer has changed it since. */
  'changed-by-answer',
  /** The answer made it, and something that is not the answer's belongs to it now. */
  'has-other-items',
  /** The goal or milestone that it belonged to is deleted. */
  'parent-deleted',
  /** It was deleted for good. */
  'gone',
] as const

export const undoItemSchema = z.object({
  ...undoItem,
  /** `remove`: the answer made it. `restore`: the answer deleted it. `change`: its fields get former values. */
  action: z.enum(['remove', 'restore', 'change']),
  /** The fields that change, with the value now and the one afterwards. Titles of goals and milestones stand for their ids in `…Title`. */
  fields: z.array(
    z.object({
      field: undoFieldSchema,
      from: value,
      to: value,
      /** For `milestoneId` and `goalId`: what those are called. Null where there is none. */
      fromTitle: z.string().nullable().optional(),
      toTitle: z.string().nullable().optional(),
    }),
  ),
})
export type UndoItem = z.infer<typeof undoItemSchema>

export const undoKeptSchema = z.object({
  ...undoItem,
  /** The fields that stay. Empty: the item as a whole stays as it is. */
  fields: z.array(undoFieldSchema),
  reason: z.enum(undoKeptReasons),
})
export type UndoKept = z.infer<typeof undoKeptSchema>
