import { adminLinkSchema, adminUserSchema, type AuditAction, type Id } from '@holdfast/shared'
import { z } from 'zod'
import { publishRevocation } from '../../auth/session-revoked.ts'
import type { Config } from '../../config/config.ts'
import { toPublicAddress } from '../../config/public-address.ts'
import { changePerson, type PersonChanges } from '../../people/change-person.ts'
import { createPerson } from '../../people/create-person.ts'
import { createPersonLink } from '../../people/create-person-link.ts'
import { findPerson } from '../../people/find-person.ts'
import { removePerson, type RemoveDeps } from '../../people/remove-person.ts'
import type { ControlHandler } from '../../platform/control/control-server.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { Refusal } from '../../platform/refusal.ts'
import { StartError } from '../../platform/start-error.ts'
import { operatorActSchema, type OperatorAct } from './operator-act.ts'

type OperatorDeps = RemoveDeps & { readonly config: Pick<Config, 'publicUrl'> }

/** `user`: of `create`, `disable`, `enable` and `make-admin`. `link`: of `create` and `reset-link`. */
export const operatorResultSchema = z.object({
  userId: z.string(),
  user: adminUserSchema.optional(),
  link: adminLinkSchema.optional(),
})
export type OperatorResult = z.output<typeof operatorResultSchema>

/** The audit log has no account for who did this. */
const actorId = null
const details = { by: 'operator' }

/**
 * Does what the operator asks, as an administrator would in the page, with a record in the audit log. Open connections of somebody who is
 * disabled or deleted are closed. @throws StartError that says why it cannot be done; then nothing has changed
 */
export async function actAsOperator(deps: OperatorDeps, act: OperatorAct): Promise<OperatorResult> {
  try {
    if (act.do === 'create') return await create(deps, act)
    const userId = await findPerson(deps.database.queries, act.user)
    if (userId === null) throw new StartError(`There is no user ${act.user}. "holdfast users list" shows them.`)
    switch (act.do) {
      case 'disable':
        return await change(deps, userId, { status: 'disabled' })
      case 'enable':
        return await change(deps, userId, { status: 'active' })
      case 'make-admin':
        return await change(deps, userId, { role: 'admin', status: 'active' })
      case 'reset-link':
        return await createLink(deps, userId)
      case 'delete':
        await removePerson(deps, userId, { action: 'user.deleted', actorId, details })
        return { userId }
    }
  } catch (error) {
    // The name of a field is for callers of the API.
    if (error instanceof Refusal) throw new StartError(`${error.message.replace(/^userId: /u, 'This user ')}.`)
    throw error
  }
}

/** The same for a program that asks the running server. */
export function createOperatorHandler(deps: OperatorDeps): ControlHandler {
  return async function* act(input) {
    yield await actAsOperator(deps, operatorActSchema.parse(input))
  }
}

function create(deps: OperatorDeps, { name, email, role }: Extract<OperatorAct, { do: 'create' }>): Promise<OperatorResult> {
  return deps.database.queries.transaction(async (tx) => {
    const created = await createPerson(tx, { name, email, role }, toLinkDeps(deps))
    if (!created) throw new StartError(`There is a user ${email} already.`)
    await record(deps, tx, 'user.created', created.user.id, { role })
    return { userId: created.user.id, ...created }
  })
}

async function change(deps: OperatorDeps, userId: Id, changes: PersonChanges): Promise<OperatorResult> {
  const { user, endedIds } = await deps.database.queries.transaction(async (tx) => {
    const changed = await changePerson(tx, userId, changes, deps.clock.now())
    await record(deps, tx, 'user.updated', userId, changes)
    return changed
  })
  for (const id of endedIds) publishRevocation(deps.bus, id)
  return { userId, user }
}

function createLink(deps: OperatorDeps, userId: Id): Promise<OperatorResult> {
  return deps.database.queries.transaction(async (tx) => {
    const link = await createPersonLink(tx, userId, toLinkDeps(deps))
    await record(deps, tx, 'user.reset-link-created', userId)
    return { userId, link }
  })
}

function record(
  { audit }: OperatorDeps,
  tx: Transaction,
  action: AuditAction,
  targetId: Id,
  what: Readonly<Record<string, unknown>> | PersonChanges = {},
): Promise<void> {
  return audit.record(tx, { action, actorId, targetType: 'user', targetId, details: { ...what, ...details } })
}

function toLinkDeps({ config, clock }: OperatorDeps): { publicAddress: string; now: Date } {
  return { publicAddress: toPublicAddress(config.publicUrl), now: clock.now() }
}
