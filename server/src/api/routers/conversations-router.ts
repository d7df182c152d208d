import {
  conversationSchema,
  conversationsAtInput,
  conversationsAtOutput,
  conversationsCreateInput,
  conversationsDeleteInput,
  conversationsDeleteOutput,
  conversationsExportInput,
  conversationsExportOutput,
  conversationsFollowInput,
  conversationsForkInput,
  conversationsGetInput,
  conversationsGetOutput,
  conversationsListInput,
  conversationsListOutput,
  conversationsMarkReadInput,
  conversationsMomentsInput,
  conversationsMomentsOutput,
  conversationsRestoreInput,
  conversationsUpdateInput,
} from '@holdfast/shared'
import { tracked } from '@trpc/server'
import { procedure, router, translateStream } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import { createConversation } from '../../conversations/commands/create-conversation.ts'
import { deleteConversation } from '../../conversations/commands/delete-conversation.ts'
import { markConversationRead } from '../../conversations/commands/mark-conversation-read.ts'
import { restoreConversation } from '../../conversations/commands/restore-conversation.ts'
import { updateConversation } from '../../conversations/commands/update-conversation.ts'
import { exportConversation } from '../../conversations/queries/export-conversation.ts'
import { followConversation } from '../../conversations/queries/follow-conversation.ts'
import { forkConversation } from '../../conversations/commands/fork-conversation.ts'
import { getConversation } from '../../conversations/queries/get-conversation.ts'
import { getConversationAt } from '../../conversations/queries/get-conversation-at.ts'
import { listConversationMoments } from '../../conversations/queries/list-conversation-moments.ts'
import { listConversations } from '../../conversations/queries/list-conversations.ts'

export const conversationsRouter = router({
  list: procedure
    .meta({
      description:
        "A page of the user's conversations, newest `updatedAt` first. `updatedAt` changes when a message is added and when an answer ends, not when a conversation is pinned or archived.",
    })
    .input(conversationsListInput.prefault({}))
    .output(conversationsListOutput)
    .query(({ ctx, input }) => listConversations(ctx.deps, ctx.user.id, input)),
  get: procedure
    .meta({
      description: 'The conversation and the newest page of a path, oldest first, with every message that is being generated.',
    })
    .input(conversationsGetInput)
    .output(conversationsGetOutput)
    .query(({ ctx, input }) => getConversation(ctx.deps, ctx.user.id, input)),
  at: procedure
    .meta({
      cost: 5,
      description:
        'The conversation as it was after the event `cursor`, or at a time: its settings, a page of the path, and answers that were being written with their text so far. Told from the rows and the log, as far back as the log is kept; before that, `BAD_REQUEST` with reason `older-than-log`.',
    })
    .input(conversationsAtInput)
    .output(conversationsAtOutput)
    .query(({ ctx, input }) => getConversationAt(ctx.deps, ctx.user.id, input)),
  moments: procedure
    .meta({
      cost: 5,
      description:
        'A page of what a person recognises in the life of a conversation, the newest first, with the cursors for `conversations.at`.',
    })
    .input(conversationsMomentsInput)
    .output(conversationsMomentsOutput)
    .query(({ ctx, input }) => listConversationMoments(ctx.deps, ctx.user.id, input)),
  export: procedure
    .meta({
      cost: 5,
      audit: { action: 'conversation.exported', often: true },
      description:
        'A page of all messages of a conversation, on every branch, parents before their children. Pass `nextCursor` back as `cursor`. A page has at most 200 messages, so an export of any size needs little memory on either side.',
    })
    .input(conversationsExportInput)
    .output(conversationsExportOutput)
    .query(({ ctx, input }) => exportConversation(ctx.deps, ctx.user.id, input)),
  create: procedure
    .meta({
      description: 'Creates an empty conversation. A repeat with the same `conversationId` and body returns the same one.',
    })
    .input(conversationsCreateInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => createConversation(ctx.deps, ctx.user.id, input)),
  update: procedure
    .meta({ description: 'Changes the given fields. A title that the user gave is never replaced by a generated one.' })
    .input(conversationsUpdateInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => updateConversation(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .meta({
      description:
        'Moves a conversation to the trash or, with `permanent`, deletes it with everything that belongs to it. Running answers are cancelled.',
    })
    .input(conversationsDeleteInput)
    .output(conversationsDeleteOutput)
    .mutation(({ ctx, input }) => deleteConversation(ctx.deps, ctx.user.id, input)),
  restore: procedure
    .meta({ description: 'Restores a conversation from the trash.' })
    .input(conversationsRestoreInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => restoreConversation(ctx.deps, ctx.user.id, input)),
  markRead: procedure
    .meta({ description: 'Marks everything up to that cursor as read.' })
    .input(conversationsMarkReadInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => markConversationRead(ctx.deps, ctx.user.id, input)),
  fork: procedure
    .meta({
      cost: 5,
      description:
        'Creates a conversation with a copy of the path from the root to that message. With a `cursor` it is the path as it was at that moment; an answer that was being written is copied as `interrupted`, with its text so far.',
    })
    .input(conversationsForkInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => forkConversation(ctx.deps, ctx.user.id, input)),
  follow: procedure
    .meta({
      description:
        'The log after `lastEventId`, then live. If it is missing, malformed, pruned or in the future, the first event is a `snapshot`. An empty array is a heartbeat with the current cursor. After `conversation-deleted` the stream completes.',
      yields: 'tracked(cursor, EventRecord[])',
    })
    .input(conversationsFollowInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const { conversationId, lastEventId } = input
      const { socket } = ctx
      const followed = followConversation(ctx.deps, ctx.user.id, {
        conversationId,
        lastEventId,
        socket,
        signal: subscriptionSignal(signal),
      })
      for await (const { cursor, records } of translateStream(followed)) yield tracked(cursor, records)
    }),
})
