import {
  accountDeleteInput,
  accountDeleteOutput,
  accountPasswordChangeInput,
  accountPasswordChangeOutput,
  accountSessionsListOutput,
  accountSessionsRevokeInput,
  accountSessionsRevokeOutput,
  accountUpdateInput,
  accountUpdateOutput,
} from '@holdfast/shared'
import { passwordTryCost } from '../../account/current-password.ts'
import { deleteAccount } from '../../account/delete-account.ts'
import { changePassword } from '../../account/password/change-password.ts'
import { listSessions } from '../../account/sessions/list-sessions.ts'
import { revokeSession } from '../../account/sessions/revoke-session.ts'
import { updateAccount } from '../../account/update-account.ts'
import { procedure, router } from '../trpc/procedures.ts'

export const accountRouter = router({
  sessions: router({
    list: procedure
      .meta({ description: 'Where the user is signed in, the last used first.' })
      .output(accountSessionsListOutput)
      .query(({ ctx }) => listSessions(ctx.deps, ctx.user)),
    revoke: procedure
      .meta({ audit: 'session.revoked', description: "Ends one of the user's sessions, and closes its open connections." })
      .input(accountSessionsRevokeInput)
      .output(accountSessionsRevokeOutput)
      .mutation(({ ctx, input }) => revokeSession(ctx.deps, ctx.user, input)),
  }),
  password: router({
    change: procedure
      .meta({
        audit: 'password.changed',
        description: 'Sets a new password, and ends all other sessions and all access tokens of the user.',
        cost: passwordTryCost,
      })
      .input(accountPasswordChangeInput)
      .output(accountPasswordChangeOutput)
      .mutation(({ ctx, input }) => changePassword(ctx.deps, ctx.user, input)),
  }),
  update: procedure
    .meta({
      audit: 'account.updated',
      description: 'Changes the name or the address of the account; the address takes the password.',
      cost: passwordTryCost,
    })
    .input(accountUpdateInput)
    .output(accountUpdateOutput)
    .mutation(({ ctx, input }) => updateAccount(ctx.deps, ctx.user, input)),
  delete: procedure
    .meta({ description: 'Deletes the user with everything that is theirs, for good. CONFLICT for the only administrator.' })
    .input(accountDeleteInput)
    .output(accountDeleteOutput)
    .mutation(({ ctx, input }) => deleteAccount(ctx.deps, ctx.user, input)),
})
