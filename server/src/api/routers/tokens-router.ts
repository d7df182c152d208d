import { tokensCreateInput, tokensCreateOutput, tokensListOutput, tokensRevokeInput, tokensRevokeOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { createAccessToken } from '../../auth/create-access-token.ts'
import { listAccessTokens } from '../../auth/list-access-tokens.ts'
import { revokeAccessToken } from '../../auth/revoke-access-token.ts'

export const tokensRouter = router({
  list: procedure
    .meta({ description: "The user's personal access tokens, without the tokens themselves." })
    .output(tokensListOutput)
    .query(({ ctx }) => listAccessTokens(ctx.deps, ctx.user)),
  create: procedure
    .meta({
      description: 'Creates a personal access token for scripts. This is the only response that contains the whole token.',
      audit: { action: 'token.created', fields: ['scopes', 'expiresInDays'] },
    })
    .input(tokensCreateInput)
    .output(tokensCreateOutput)
    .mutation(({ ctx, input }) => createAccessToken(ctx.deps, ctx.user, input)),
  revoke: procedure
    .meta({
      description: 'Revokes a personal access token immediately, also on open connections.',
      audit: 'token.revoked',
    })
    .input(tokensRevokeInput)
    .output(tokensRevokeOutput)
    .mutation(({ ctx, input }) => revokeAccessToken(ctx.deps, ctx.user, input)),
})
