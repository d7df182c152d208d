import { activityFollowInput, conversationsFollowInput, type StreamPath, type streamFollowInput } from '@holdfast/shared'
import { getTRPCErrorFromUnknown, getTRPCErrorShape, TRPCError } from '@trpc/server'
import type { z } from 'zod'
import { followActivity } from '../../activity/follow-activity.ts'
import { followConversation } from '../../conversations/queries/follow-conversation.ts'
import type { User } from '../../auth/auth.ts'
import type { Context } from '../trpc/context.ts'
import { logProcedureError } from '../trpc/log-procedure-error.ts'
import { mergeStreams } from '../trpc/merge-streams.ts'
import { router, translateStream } from '../trpc/procedures.ts'

type FollowContext = Context & { readonly user: User }

interface Item {
  readonly id: string
  readonly data: readonly unknown[]
}

const followByPath: Readonly<
  Record<StreamPath, (ctx: FollowContext, input: unknown, signal: AbortSignal) => AsyncGenerator<Item, void>>
> = {
  'activity.follow': async function* (ctx, input, signal) {
    const lastEventId = parse(activityFollowInput, input)?.lastEventId
    for await (const { n, items } of followActivity(ctx.deps, ctx.user.id, signal, lastEventId))
      yield { id: String(n), data: items }
  },
  'conversations.follow': async function* (ctx, input, signal) {
    const { conversationId, lastEventId } = parse(conversationsFollowInput, input)
    const { socket } = ctx
    const followed = followConversation(ctx.deps, ctx.user.id, { conversationId, lastEventId, socket, signal })
    for await (const { cursor, records } of followed) yield { id: cursor, data: records }
  },
}

/**
 * Several subscriptions over one. Each item names its subscription by `key`; a subscription that is refused or ends leaves the others
 * alone. Ends with `signal`, or when all of them have ended.
 */
export async function* followStream(
  ctx: FollowContext,
  { subscriptions }: z.output<typeof streamFollowInput>,
  signal: AbortSignal,
): AsyncGenerator<CarriedItem, void> {
  const left = new AbortController()
  const ended = AbortSignal.any([signal, left.signal])
  try {
    yield* mergeStreams(subscriptions.map((subscription) => carry(ctx, subscription, ended)))
  } finally {
    left.abort()
  }
}

type CarriedItem = ReturnType<typeof carry> extends AsyncGenerator<infer Carried, void> ? Carried : never

/** Holds the formatter of errors. */
const { _config: config } = router({})._def

/** One subscription of a stream: what it yields, and how it ended. */
async function* carry(ctx: FollowContext, subscription: { key: string; path: StreamPath; input?: unknown }, signal: AbortSignal) {
  const { key, path, input } = subscription
  try {
    const items = translateStream(followByPath[path](ctx, input, signal))
    for await (const { id, data } of items) yield { key, type: 'data', id, data } as const
    yield { key, type: 'end' } as const
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause)
    logProcedureError(ctx.deps, { error, path, type: 'subscription' })
    yield { key, type: 'error', error: getTRPCErrorShape({ config, error, type: 'subscription', path, input, ctx }) } as const
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new TRPCError({ code: 'BAD_REQUEST', cause: parsed.error })
}
