import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import type { Audit, AuditEntry } from '../audit/open-audit.ts'
import type { Auth } from '../auth/auth.ts'
import { endAccess } from '../auth/end-access.ts'
import { publishRevocation } from '../auth/session-revoked.ts'
import { cancelGenerations } from '../conversations/cancel-generations.ts'
import { transact, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import { removeUnusedContent } from '../files/collect-orphans.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import type { EndDeps } from '../generation/ending/end-generation.ts'
import type { CancelSignals } from '../generation/store/cancel-signals.ts'
import type { Transaction } from '../platform/database/database.ts'
import type { Eraser } from '../platform/database/eraser.ts'
import type { Logger } from '../platform/logger.ts'
import { notFound } from '../platform/refusal.ts'
import { keepAnAdmin } from './keep-an-admin.ts'

export type RemoveDeps = UnitOfWorkDeps &
  EndDeps & {
    readonly cancels: CancelSignals
    readonly eraser: Pick<Eraser, 'request'>
    readonly storage: FileStorage
    readonly logger: Logger
    readonly audit: Pick<Audit, 'record'>
    /** Left out where no server runs: its start prints a link. */
    readonly auth?: Pick<Auth, 'createSetUpLink'>
  }

const { conversations, files, generations, serverSettings, usageCounters, usageReservations, users, verifications } = schema

/**
 * Deletes a person with everything that is theirs: conversations, plans, files, tokens, usage. Running answers are stopped, and every open
 * connection of theirs is closed. `by` goes into the audit log with it. @throws Refusal NOT_FOUND; CONFLICT for the only administrator, unless nobody else is there
 */
export async function removePerson(
  deps: RemoveDeps,
  userId: Id,
  by: Pick<AuditEntry, 'actorId' | 'details'> & { readonly action: 'account.deleted' | 'user.deleted' },
): Promise<void> {
  // In two steps, since stopping answers is told to the person's lists. What fails between the two is a disabled person, to be deleted again.
  await transact(deps, async (unit) => {
    const { tx } = unit
    const [user] = await tx.select({ role: users.role }).from(users).where(eq(users.id, userId))
    if (!user) throw notFound('User')
    if (user.role === 'admin') await leaveTheServer(tx, userId)
    await tx.update(users).set({ status: 'disabled' }).where(eq(users.id, userId))
    // Somebody who comes with the tokens of another system has no session of ours: their connections go by who they are.
    const endedIds = [userId, ...(await endAccess(tx, userId, { now: deps.clock.now() }))]
    await cancelGenerations(deps, unit, eq(generations.userId, userId))
    unit.afterCommit(() => {
      for (const id of endedIds) publishRevocation(deps.bus, id)
    })
  })
  const hashes = await deps.database.queries.transaction(async (tx) => {
    await deps.audit.record(tx, { ...by, targetType: 'user', targetId: userId })
    return deleteRows(tx, userId)
  })
  deps.eraser.request()
  await offerSetUp(deps)
  try {
    for (const sha256 of hashes) await removeUnusedContent(deps, sha256)
  } catch (error) {
    // The person is gone; the daily sweep of the storage finds bytes that no file has.
    deps.logger.warn({ event: 'files-not-removed', err: error }, 'could not remove the files of a deleted person yet')
  }
}

/** Nobody may be left who looks after the server. Whoever reads its log is its operator, who gets in by this link, once, as after a start. */
async function offerSetUp({ auth, logger }: RemoveDeps): Promise<void> {
  const link = await auth?.createSetUpLink()
  if (!link) return
  logger.warn(
    { event: 'set-up-needed' },
    `the last person of this server is deleted. Open this link, once, to make the account of its administrator: ${link}`,
  )
}

/** Deletes what belongs to the person, and gives the hashes of their files. */
async function deleteRows(tx: Transaction, userId: Id): Promise<string[]> {
  const stored = await tx.selectDistinct({ sha256: files.sha256 }).from(files).where(eq(files.userId, userId))
  // The rows reference some of their own messages, which would keep the cascade from deleting them.
  await tx.update(conversations).set({ activeMessageId: null }).where(eq(conversations.userId, userId))
  await tx.delete(conversations).where(eq(conversations.userId, userId))
  await tx.delete(usageReservations).where(eq(usageReservations.userId, userId))
  await tx.delete(usageCounters).where(eq(usageCounters.scope, userId))
  await tx.delete(verifications).where(eq(verifications.value, userId))
  await tx.delete(users).where(eq(users.id, userId))
  return stored.flatMap(({ sha256 }) => sha256 ?? [])
}

/** An administrator goes: somebody else has to be one, unless nobody is left; then the next visitor is a first visitor again. */
async function leaveTheServer(tx: Transaction, userId: Id): Promise<void> {
  const [others] = await tx.select({ count: sql<number>`count(*)::int` }).from(users)
  if (others?.count === 1) await tx.delete(serverSettings).where(eq(serverSettings.key, 'firstVisitor'))
  else await keepAnAdmin(tx, userId)
}
