import {
  sharesCopyInput,
  sharesCopyOutput,
  sharesCreateInput,
  sharesCreateOutput,
  sharesFollowInput,
  sharesListInput,
  sharesListOutput,
  sharesReadInput,
  sharesReadOutput,
  sharesRevokeInput,
  sharesRevokeOutput,
} from '@holdfast/shared'
import { tracked } from '@trpc/server'
import { copyShare } from '../../shares/commands/copy-share.ts'
import { createShare } from '../../shares/commands/create-share.ts'
import { revokeShare } from '../../shares/commands/revoke-share.ts'
import { followShare } from '../../shares/queries/follow-share.ts'
import { listShares } from '../../shares/queries/list-shares.ts'
import { readShare } from '../../shares/queries/read-share.ts'
import { procedure, publicProcedure, router, translateStream } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'

export const sharesRouter = router({
  list: procedure
    .meta({ description: 'The links to a conversation that are not revoked, newest first, including expired ones.' })
    .input(sharesListInput)
    .output(sharesListOutput)
    .query(({ ctx, input }) => listShares(ctx.deps, ctx.user.id, input)),
  create: procedure
    .meta({
      cost: 5,
      audit: { action: 'share.created', fields: ['conversationId', 'kind', 'expiresAt'] },
      description:
        'Makes a link by which whoever has it can read one branch of a conversation, without an account. A `snapshot` shows it as it is now, whatever becomes of it; a `live` link shows it as it is. Both end when the conversation is deleted, and rest while it is in the trash.',
    })
    .input(sharesCreateInput)
    .output(sharesCreateOutput)
    .mutation(({ ctx, input }) => createShare(ctx.deps, ctx.user.id, input)),
  revoke: procedure
    .meta({ audit: 'share.revoked', description: 'Ends a link. A repeat is harmless.' })
    .input(sharesRevokeInput)
    .output(sharesRevokeOutput)
    .mutation(({ ctx, input }) => revokeShare(ctx.deps, ctx.user.id, input)),
  copy: procedure
    .meta({
      cost: 5,
      description: 'Copies what a link shows, with its files, into a conversation of the caller, who continues it on their own.',
    })
    .input(sharesCopyInput)
    .output(sharesCopyOutput)
    .mutation(({ ctx, input }) => copyShare(ctx.deps, ctx.user.id, input)),
  read: publicProcedure
    .meta({
      isPublic: true,
      cost: 5,
      description:
        'A page of what a link shows, for everyone who has it: no token of an account is needed. NOT_FOUND, whatever is wrong with the link.',
    })
    .input(sharesReadInput)
    .output(sharesReadOutput)
    .query(({ ctx, input }) => readShare(ctx.deps, input)),
  follow: publicProcedure
    .meta({
      isPublic: true,
      description:
        'The newest page of what a link shows, and again whenever it has changed, at most twice a second, for everyone who has the link. The stream completes when the link ends, and at once for a snapshot.',
      yields: 'tracked(cursor, SharedConversation)',
    })
    .input(sharesFollowInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const { token, lastEventId } = input
      const followed = followShare(ctx.deps, { token, lastEventId, signal: subscriptionSignal(signal) })
      for await (const { cursor, page } of translateStream(followed)) yield tracked(cursor, page)
    }),
})
