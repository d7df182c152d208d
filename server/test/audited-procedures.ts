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
  'account.sessions.revoke': { by: 'meta', action: 'session.revoked' },
  'account.password.change': { by: 'meta', action: 'password.changed' },
  'account.update': { by: 'meta', action: 'account.updated' },
  'account.delete': { by: 'transaction', action: 'account.deleted' },
  'admin.invites.create': { by: 'meta', action: 'invite.created' },
  'admin.invites.revoke': { by: 'meta', action: 'invite.revoked' },
  'admin.localModel.install': { by: 'meta', action: 'provider.created' },
  'admin.localModel.cancel': { by: 'nothing', why: 'the start is recorded, and what has arrived stays' },
  'admin.localModel.remove': { by: 'meta', action: 'provider.deleted' },
  'admin.providers.create': { by: 'meta', action: 'provider.created' },
  'admin.providers.update': { by: 'meta', action: 'provider.updated' },
  'admin.providers.delete': { by: 'meta', action: 'provider.deleted' },
  'admin.providers.test': { by: 'nothing', why: 'it changes nothing' },
  'admin.serviceAccounts.create': { by: 'meta', action: 'user.created' },
  'admin.serviceAccounts.createToken': { by: 'meta', action: 'token.created' },
  'admin.users.create': { by: 'meta', action: 'user.created' },
  'admin.users.update': { by: 'meta', action: 'user.updated' },
  'admin.users.delete': { by: 'transaction', action: 'user.deleted' },
  'admin.users.resetLink': { by: 'meta', action: 'user.reset-link-created' },
  'admin.users.revokeSessions': { by: 'meta', action: 'user.sessions-revoked' },
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
  'messages.steer': ownMessages,
  'messages.withdraw': ownMessages,
  'reactions.set': ownMessages,
  'milestones.create': ownPlans,
  'milestones.update': ownPlans,
  'milestones.complete': ownPlans,
  'milestones.reorder': ownPlans,
  'milestones.delete': ownPlans,
  'milestones.restore': ownPlans,
  'planner.undo': { by: 'transaction', action: 'planner.undone' },
  'planner.redo': { by: 'transaction', action: 'planner.redone' },
  'providers.create': { by: 'meta', action: 'provider.created' },
  'providers.update': { by: 'meta', action: 'provider.updated' },
  'providers.delete': { by: 'meta', action: 'provider.deleted' },
  'providers.test': { by: 'nothing', why: 'it changes nothing' },
  'tasks.add': ownPlans,
  'tasks.update': ownPlans,
  'tasks.complete': ownPlans,
  'tasks.reorder': ownPlans,
  'tasks.delete': ownPlans,
  'tasks.restore': ownPlans,
  'shares.create': { by: 'meta', action: 'share.created' },
  'shares.revoke': { by: 'meta', action: 'share.revoked' },
  'shares.copy': ownMessages,
  'tokens.create': { by: 'meta', action: 'token.created' },
  'tokens.revoke': { by: 'meta', action: 'token.revoked' },
  'webhooks.create': { by: 'meta', action: 'webhook.created' },
  'webhooks.update': { by: 'meta', action: 'webhook.updated' },
  'webhooks.delete': { by: 'meta', action: 'webhook.deleted' },
  'webhooks.replay': { by: 'meta', action: 'webhook.replayed' },
  'toolCalls.answer': { by: 'transaction', action: 'tool-call.answered' },
  'toolCalls.decide': { by: 'transaction', action: 'tool-call.approved' },
}

/** Decided before they are there. An entry may be missing from the router; the others may not. */
export const comingProcedures = /^(?:account|providers|admin\.(?:invites|providers|users))\./u

/** Reads that are recorded, because with them data leaves the server. */
export const auditedQueries: Readonly<Record<string, string>> = { 'conversations.export': 'conversation.exported' }
