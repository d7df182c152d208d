import { draftOutput, draftsGetInput, draftsSetInput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { getDraft } from '../../drafts/get-draft.ts'
import { setDraft } from '../../drafts/set-draft.ts'

export const draftsRouter = router({
  get: procedure
    .meta({ description: 'What the user has typed but not sent; empty if there is nothing.' })
    .input(draftsGetInput)
    .output(draftOutput)
    .query(({ ctx, input }) => getDraft(ctx.deps, ctx.user.id, input)),
  set: procedure
    .meta({ description: 'Stores what the user has typed, for their other devices. The last write wins.' })
    .input(draftsSetInput)
    .output(draftOutput)
    .mutation(({ ctx, input }) => setDraft(ctx.deps, ctx.user.id, input)),
})
