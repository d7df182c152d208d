import { searchMessagesInput, searchMessagesOutput } from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { searchMessages } from '../../search/search-messages.ts'

export const searchRouter = router({
  messages: procedure
    .meta({
      cost: 10,
      description:
        'Searches the user\'s messages with the names and texts of their files: all words in any order; `"words in quotes"` adjacent; `-word` excludes; the last word may be unfinished. Accents and case are ignored; text in scripts without spaces is found by any two characters. The trash is not searched. Ranked by relevance and recency; pass `nextCursor` back as `cursor`.',
    })
    .input(searchMessagesInput)
    .output(searchMessagesOutput)
    .query(({ ctx, input }) => searchMessages(ctx.deps, ctx.user.id, input)),
})
