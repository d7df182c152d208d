import {
  adminInvitesCreateInput,
  adminInvitesCreateOutput,
  adminInvitesListInput,
  adminInvitesListOutput,
  adminInvitesRevokeInput,
  adminInvitesRevokeOutput,
} from '@holdfast/shared'
import { createInvite } from '../../admin/invites/create-invite.ts'
import { listInvites } from '../../admin/invites/list-invites.ts'
import { revokeInvite } from '../../admin/invites/revoke-invite.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminInvitesRouter = router({
  list: adminProcedure
    .meta({ description: 'The newest invitations that still work, or all, without their links.' })
    .input(adminInvitesListInput)
    .output(adminInvitesListOutput)
    .query(({ ctx, input }) => listInvites(ctx.deps, input)),
  create: adminProcedure
    .meta({
      audit: { action: 'invite.created', fields: ['role'] },
      description: 'Makes an invitation to one account. This is the only response that contains its link.',
    })
    .input(adminInvitesCreateInput)
    .output(adminInvitesCreateOutput)
    .mutation(({ ctx, input }) => createInvite(ctx.deps, ctx.user, input)),
  revoke: adminProcedure
    .meta({ audit: 'invite.revoked', description: 'Withdraws an invitation. An account that it made stays.' })
    .input(adminInvitesRevokeInput)
    .output(adminInvitesRevokeOutput)
    .mutation(({ ctx, input }) => revokeInvite(ctx.deps, input)),
})
