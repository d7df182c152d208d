import { tokensCreateInput, tokensCreateOutput, tokensListOutput, tokensRevokeInput, tokensRevokeOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { createAccessToken, listAccessTokens, revokeAccessToken } from './access-tokens.ts'

export const tokensRouter = router({
  list: procedure.output(tokensListOutput).query(({ ctx }) => listAccessTokens(ctx.deps, ctx.user)),
  create: procedure
    .input(tokensCreateInput)
    .output(tokensCreateOutput)
    .mutation(({ ctx, input }) => createAccessToken(ctx.deps, ctx.user, input)),
  revoke: procedure
    .input(tokensRevokeInput)
    .output(tokensRevokeOutput)
    .mutation(({ ctx, input }) => revokeAccessToken(ctx.deps, ctx.user, input)),
})
