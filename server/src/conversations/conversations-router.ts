import {
  conversationSchema,
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
  conversationsRestoreInput,
  conversationsUpdateInput,
} from '@holdfast/shared'
import { tracked } from '@trpc/server'
import { procedure, router, translateStream } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import {
  createConversation,
  deleteConversation,
  markRead,
  restoreConversation,
  updateConversation,
} from './change-conversation.ts'
import { exportConversation } from './export-conversation.ts'
import { followConversation } from './follow-conversation.ts'
import { forkConversation } from './fork-conversation.ts'
import { listConversations } from './list-conversations.ts'
import { readSnapshot } from './read-snapshot.ts'

export const conversationsRouter = router({
  list: procedure
    .input(conversationsListInput)
    .output(conversationsListOutput)
    .query(({ ctx, input }) => listConversations(ctx.deps, ctx.user.id, input)),
  get: procedure
    .input(conversationsGetInput)
    .output(conversationsGetOutput)
    .query(({ ctx, input }) => readSnapshot(ctx.deps, ctx.user.id, input)),
  export: procedure
    .input(conversationsExportInput)
    .output(conversationsExportOutput)
    .query(({ ctx, input }) => exportConversation(ctx.deps, ctx.user.id, input)),
  create: procedure
    .input(conversationsCreateInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => createConversation(ctx.deps, ctx.user.id, input)),
  update: procedure
    .input(conversationsUpdateInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => updateConversation(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .input(conversationsDeleteInput)
    .output(conversationsDeleteOutput)
    .mutation(({ ctx, input }) => deleteConversation(ctx.deps, ctx.user.id, input)),
  restore: procedure
    .input(conversationsRestoreInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => restoreConversation(ctx.deps, ctx.user.id, input.conversationId)),
  markRead: procedure
    .input(conversationsMarkReadInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => markRead(ctx.deps, ctx.user.id, input)),
  fork: procedure
    .input(conversationsForkInput)
    .output(conversationSchema)
    .mutation(({ ctx, input }) => forkConversation(ctx.deps, ctx.user.id, input)),
  follow: procedure.input(conversationsFollowInput).subscription(async function* ({ ctx, input, signal }) {
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
