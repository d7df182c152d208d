import { draftOutput, draftsGetInput, draftsSetInput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { getDraft, setDraft } from './drafts.ts'

export const draftsRouter = router({
  get: procedure
    .input(draftsGetInput)
    .output(draftOutput)
    .query(({ ctx, input }) => getDraft(ctx.deps, ctx.user.id, input.conversationId)),
  set: procedure
    .input(draftsSetInput)
    .output(draftOutput)
    .mutation(({ ctx, input }) => setDraft(ctx.deps, ctx.user.id, input)),
})
