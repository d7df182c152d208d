import {
  messagesCancelInput,
  messagesCancelOutput,
  messagesCompleteOutput,
  messagesContentInput,
  messagesContentOutput,
  messagesContinueInput,
  messagesContinueOutput,
  messagesDeleteInput,
  messagesDeleteOutput,
  messagesEditInput,
  messagesEditOutput,
  messagesListInput,
  messagesListOutput,
  messagesPollInput,
  messagesPollOutput,
  messagesRegenerateInput,
  messagesRegenerateOutput,
  messagesRequestInput,
  messagesRequestOutput,
  messagesSendInput,
  messagesSendOutput,
  messagesStatusInput,
  messagesStatusOutput,
  messagesSteerInput,
  messagesSteerOutput,
  messagesTimelineInput,
  messagesTimelineOutput,
  messagesWithdrawInput,
  messagesWithdrawOutput,
} from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import { cancelMessage } from '../../conversations/commands/cancel-message.ts'
import { continueMessage } from '../../conversations/commands/continue-message.ts'
import { deleteMessage } from '../../conversations/commands/delete-message.ts'
import { editMessage } from '../../conversations/commands/edit-message.ts'
import { regenerateMessage } from '../../conversations/commands/regenerate-message.ts'
import { completeMessage } from '../../conversations/commands/complete-message.ts'
import { getMessageContent } from '../../conversations/queries/get-message-content.ts'
import { getMessageRequest } from '../../conversations/queries/get-message-request.ts'
import { getMessageStatus } from '../../conversations/queries/get-message-status.ts'
import { getMessageTimeline } from '../../conversations/queries/get-message-timeline.ts'
import { listMessages } from '../../conversations/queries/list-messages.ts'
import { pollMessages } from '../../conversations/queries/poll-messages.ts'
import { sendMessage } from '../../conversations/commands/send-message.ts'
import { steerMessage } from '../../conversations/commands/steer-message.ts'
import { withdrawMessage } from '../../conversations/commands/withdraw-message.ts'

export const messagesRouter = router({
  send: procedure
    .meta({
      description:
        'Adds a message and starts the answer in the background; read it with `conversations.follow`. Without a `conversationId` a conversation is created. Without a `parentId` the message goes to the end of the active path; below a running answer it is queued.',
    })
    .input(messagesSendInput)
    .output(messagesSendOutput)
    .mutation(({ ctx, input }) => sendMessage(ctx.deps, ctx.user.id, input)),
  complete: procedure
    .meta({
      description:
        '`send` for callers that want a single response: it responds when the answer has a final status or waits for an approval. Disconnecting does not cancel the answer.',
      isLong: true,
    })
    .input(messagesSendInput)
    .output(messagesCompleteOutput)
    .mutation(({ ctx, input, signal }) => completeMessage(ctx.deps, ctx.user.id, input, subscriptionSignal(signal))),
  list: procedure
    .meta({
      description: 'A page of the path that ends at `leafId`, oldest first. `nextCursor` is the `before` of the page above.',
    })
    .input(messagesListInput)
    .output(messagesListOutput)
    .query(({ ctx, input }) => listMessages(ctx.deps, ctx.user.id, input)),
  status: procedure
    .meta({ description: 'Which answers of a conversation are being generated.' })
    .input(messagesStatusInput)
    .output(messagesStatusOutput)
    .query(({ ctx, input }) => getMessageStatus(ctx.deps, ctx.user.id, input)),
  content: procedure
    .meta({
      description: 'The current text of one message, also while it is being generated. Follow from `cursor` for the rest.',
    })
    .input(messagesContentInput)
    .output(messagesContentOutput)
    .query(({ ctx, input }) => getMessageContent(ctx.deps, ctx.user.id, input)),
  timeline: procedure
    .meta({
      description:
        'When an answer was queued, began, had its first token and ended, with its model calls, tool calls, retries and cost. For its owner alone.',
    })
    .input(messagesTimelineInput)
    .output(messagesTimelineOutput)
    .query(({ ctx, input }) => getMessageTimeline(ctx.deps, ctx.user.id, input)),
  request: procedure
    .meta({
      cost: 5,
      description:
        'What a model was asked in one call for an answer, byte by byte as it was sent, with the hash that was written down then. For its owner alone.',
    })
    .input(messagesRequestInput)
    .output(messagesRequestOutput)
    .query(({ ctx, input }) => getMessageRequest(ctx.deps, ctx.user.id, input)),
  poll: procedure
    .meta({
      description:
        'For callers without a stream: messages that were added or have grown. Pass `now` back as `since`; messages may repeat, but none is missed.',
    })
    .input(messagesPollInput)
    .output(messagesPollOutput)
    .query(({ ctx, input }) => pollMessages(ctx.deps, ctx.user.id, input)),
  cancel: procedure
    .meta({
      description:
        'Stops an answer and keeps its text. Responds with the stored status without waiting for the model; a repeat is harmless.',
    })
    .input(messagesCancelInput)
    .output(messagesCancelOutput)
    .mutation(({ ctx, input }) => cancelMessage(ctx.deps, ctx.user.id, input)),
  regenerate: procedure
    .meta({ description: 'Adds another answer to the same question, as a sibling. The first one is kept.' })
    .input(messagesRegenerateInput)
    .output(messagesRegenerateOutput)
    .mutation(({ ctx, input }) => regenerateMessage(ctx.deps, ctx.user.id, input)),
  edit: procedure
    .meta({ description: 'Asks the question in other words: adds a sibling of the message, and an answer to it.' })
    .input(messagesEditInput)
    .output(messagesEditOutput)
    .mutation(({ ctx, input }) => editMessage(ctx.deps, ctx.user.id, input)),
  continue: procedure
    .meta({ description: 'Continues an answer that stopped early, in the same message.' })
    .input(messagesContinueInput)
    .output(messagesContinueOutput)
    .mutation(({ ctx, input }) => continueMessage(ctx.deps, ctx.user.id, input)),
  steer: procedure
    .meta({
      description:
        'Gives a running answer a remark. Its model gets it at the next step, after the results of its tools; an answer in its last step makes a further one. `CONFLICT` not-steerable when the answer has ended: send a message then.',
    })
    .input(messagesSteerInput)
    .output(messagesSteerOutput)
    .mutation(({ ctx, input }) => steerMessage(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .meta({ description: 'Removes a message. Its children become children of its parent.' })
    .input(messagesDeleteInput)
    .output(messagesDeleteOutput)
    .mutation(({ ctx, input }) => deleteMessage(ctx.deps, ctx.user.id, input)),
  withdraw: procedure
    .meta({
      description:
        'Takes back a question whose answer has not started: both are removed, and what is queued behind moves up. Otherwise `CONFLICT` not-editable.',
    })
    .input(messagesWithdrawInput)
    .output(messagesWithdrawOutput)
    .mutation(({ ctx, input }) => withdrawMessage(ctx.deps, ctx.user.id, input)),
})
