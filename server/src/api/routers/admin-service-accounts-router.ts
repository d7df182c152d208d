import {
  adminServiceAccountsCreateInput,
  adminServiceAccountsCreateOutput,
  adminServiceAccountsCreateTokenInput,
  tokensCreateOutput,
} from '@holdfast/shared'
import { createServiceAccount } from '../../admin/service-accounts/create-service-account.ts'
import { createServiceToken } from '../../admin/service-accounts/create-service-token.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminServiceAccountsRouter = router({
  create: adminProcedure
    .meta({
      audit: { action: 'user.created', fields: ['scopes', 'expiresInDays'] },
      description:
        'Creates an account for a program, with its first token, which is shown only now. Nobody can sign in with it. It is listed, limited, disabled and deleted like a person.',
    })
    .input(adminServiceAccountsCreateInput)
    .output(adminServiceAccountsCreateOutput)
    .mutation(({ ctx, input }) => createServiceAccount(ctx.deps, ctx.user, input)),
  createToken: adminProcedure
    .meta({
      audit: { action: 'token.created', fields: ['userId', 'scopes', 'expiresInDays'] },
      description: 'Creates a further token of a service account, to replace one before it ends. It is shown only now.',
    })
    .input(adminServiceAccountsCreateTokenInput)
    .output(tokensCreateOutput)
    .mutation(({ ctx, input }) => createServiceToken(ctx.deps, ctx.user, input)),
})
