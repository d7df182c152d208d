/**
 * Every procedure that changes something is here: with the record that it leaves in the audit log, or with the reason why it leaves none. A
 * test fails when one is missing. To have a procedure recorded, write `audit: 'user.updated'` into its `.meta()`, or record it in its own
 * transaction by `deps.audit.record(tx, …)` when it cannot be undone.
 */
export type Classification =
  /** By the `.meta()` of the procedure. */
  | { readonly by: 'meta'; readonly action: string }
  /** By its use case, in the same transaction. */
  | { readonly by: 'transaction'; readonly action: string }
  | { readonly by: 'nothing'; readonly why: string }

const ownPlans = { by: 'nothing', why: 'a person writes in their own planner, and the trash keeps what they delete' } as const
const ownMessages = { by: 'nothing', why: 'the log of the conversation has it' } as const
const undoable = { by: 'nothing', why: 'its owner can undo it at any time, and nothing is lost' } as const

export const auditedMutations: Readonly<Record<string, Classification>> = {
  'admin.settings.update': { by: 'transaction', action: 'settings.updated' },
  'conversations.create': ownMessages,
  'conversations.update': undoable,
  'conversations.delete': { by: 'transaction', action: 'conversation.deleted' },
  'conversations.restore': undoable,
  'conversations.markRead': undoable,
  'conversations.fork': ownMessages,
  'drafts.set': { by: 'nothing', why: 'what somebody types is nobody’s business until it is sent' },
  'files.delete': { by: 'meta', action: 'file.deleted' },
  'goals.create': ownPlans,
  'goals.update': ownPlans,
  'goals.reorder': ownPlans,
  'goals.delete': ownPlans,
  'goals.restore': ownPlans,
  'imports.start': { by: 'meta', action: 'import.started' },
  'imports.cancel': { by: 'nothing', why: 'the start is recorded, and what was imported stays' },
  'messages.send': ownMessages,
  'messages.complete': ownMessages,
  'messages.cancel': ownMessages,
  'messages.regenerate': ownMessages,
  'messages.edit': ownMessages,
  'messages.continue': ownMessages,
  'messages.delete': ownMessages,
  'messages.withdraw': ownMessages,
  'milestones.create': ownPlans,
  'milestones.update': ownPlans,
  'milestones.complete': ownPlans,
  'milestones.reorder': ownPlans,
  'milestones.delete': ownPlans,
  'milestones.restore': ownPlans,
  'tasks.add': ownPlans,
  'tasks.update': ownPlans,
  'tasks.complete': ownPlans,
  'tasks.reorder': ownPlans,
  'tasks.delete': ownPlans,
  'tasks.restore': ownPlans,
  'tokens.create': { by: 'meta', action: 'token.created' },
  'tokens.revoke': { by: 'meta', action: 'token.revoked' },
  'toolCalls.decide': { by: 'transaction', action: 'tool-call.approved' },
}

/** Reads that are recorded, because with them data leaves the server. */
export const auditedQueries: Readonly<Record<string, string>> = { 'conversations.export': 'conversation.exported' }
