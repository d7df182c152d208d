import { reactionsSetInput, reactionsSetOutput } from '@holdfast/shared'
import { setReaction } from '../../conversations/commands/set-reaction.ts'
import { procedure, router } from '../trpc/procedures.ts'

export const reactionsRouter = router({
  set: procedure
    .meta({
      description:
        'Gives a message a reaction, or takes it back: thumbs, a star or any emoji. `up` takes back `down`, and the other way round. Search finds starred messages that have words by `is:starred`.',
    })
    .input(reactionsSetInput)
    .output(reactionsSetOutput)
    .mutation(({ ctx, input }) => setReaction(ctx.deps, ctx.user.id, input)),
})
