import {
  adminLinkSchema,
  adminUserSchema,
  adminUsersCreateInput,
  adminUsersCreateOutput,
  adminUsersDeleteInput,
  adminUsersDeleteOutput,
  adminUsersGetInput,
  adminUsersGetOutput,
  adminUsersListInput,
  adminUsersListOutput,
  adminUsersResetLinkInput,
  adminUsersRevokeSessionsInput,
  adminUsersRevokeSessionsOutput,
  adminUsersUpdateInput,
} from '@holdfast/shared'
import { createUser } from '../../admin/users/create-user.ts'
import { createUserResetLink } from '../../admin/users/create-user-reset-link.ts'
import { deleteUser } from '../../admin/users/delete-user.ts'
import { getUser } from '../../admin/users/get-user.ts'
import { listUsers } from '../../admin/users/list-users.ts'
import { revokeUserSessions } from '../../admin/users/revoke-user-sessions.ts'
import { updateUser } from '../../admin/users/update-user.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminUsersRouter = router({
  list: adminProcedure
    .meta({ description: 'The people of the server, the newest first. Nothing that they wrote.' })
    .input(adminUsersListInput)
    .output(adminUsersListOutput)
    .query(({ ctx, input }) => listUsers(ctx.deps, input)),
  get: adminProcedure
    .meta({ description: 'One person, and how many sessions and access tokens they have.' })
    .input(adminUsersGetInput)
    .output(adminUsersGetOutput)
    .query(({ ctx, input }) => getUser(ctx.deps, input)),
  create: adminProcedure
    .meta({
      audit: { action: 'user.created', fields: ['role'] },
      description: 'Creates an account, and the link by which its person sets a password within a day.',
    })
    .input(adminUsersCreateInput)
    .output(adminUsersCreateOutput)
    .mutation(({ ctx, input }) => createUser(ctx.deps, ctx.user, input)),
  update: adminProcedure
    .meta({
      audit: { action: 'user.updated', fields: ['role', 'status'] },
      description:
        'Changes the role, the status or the limits of a person. Disabling ends sessions and access tokens, and closes open connections. CONFLICT for the only active administrator.',
    })
    .input(adminUsersUpdateInput)
    .output(adminUserSchema)
    .mutation(({ ctx, input }) => updateUser(ctx.deps, ctx.user, input)),
  delete: adminProcedure
    .meta({
      description: 'Deletes a person with everything that is theirs, for good. CONFLICT for the only active administrator.',
    })
    .input(adminUsersDeleteInput)
    .output(adminUsersDeleteOutput)
    .mutation(({ ctx, input }) => deleteUser(ctx.deps, ctx.user.id, input)),
  resetLink: adminProcedure
    .meta({
      audit: 'user.reset-link-created',
      description: 'A link by which a person sets a new password, once within a day. It replaces the one before.',
    })
    .input(adminUsersResetLinkInput)
    .output(adminLinkSchema)
    .mutation(({ ctx, input }) => createUserResetLink(ctx.deps, ctx.user, input)),
  revokeSessions: adminProcedure
    .meta({
      audit: 'user.sessions-revoked',
      description: 'Ends all sessions and access tokens of a person, except the session that asks.',
    })
    .input(adminUsersRevokeSessionsInput)
    .output(adminUsersRevokeSessionsOutput)
    .mutation(({ ctx, input }) => revokeUserSessions(ctx.deps, ctx.user, input)),
})
