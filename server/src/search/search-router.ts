import { searchMessagesInput, searchMessagesOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { searchMessages } from './search-messages.ts'

export const searchRouter = router({
  messages: procedure
    .input(searchMessagesInput)
    .output(searchMessagesOutput)
    .query(({ ctx, input }) => searchMessages(ctx.deps, ctx.user.id, input)),
})
