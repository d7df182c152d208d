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
  messagesSendInput,
  messagesSendOutput,
  messagesStatusInput,
  messagesStatusOutput,
  messagesWithdrawInput,
  messagesWithdrawOutput,
} from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { subscriptionSignal } from '../trpc/subscription-signal.ts'
import { cancelMessage } from './cancel-message.ts'
import { continueMessage, deleteMessage, editMessage, regenerateMessage } from './change-messages.ts'
import { completeMessage } from './complete-message.ts'
import { listMessages, pollMessages, readContent, readStatus } from './read-messages.ts'
import { sendMessage } from './send-message.ts'
import { withdrawMessage } from './withdraw-message.ts'

export const messagesRouter = router({
  send: procedure
    .input(messagesSendInput)
    .output(messagesSendOutput)
    .mutation(({ ctx, input }) => sendMessage(ctx.deps, ctx.user.id, input)),
  complete: procedure
    .input(messagesSendInput)
    .output(messagesCompleteOutput)
    .mutation(({ ctx, input, signal }) => completeMessage(ctx.deps, ctx.user.id, input, subscriptionSignal(signal))),
  list: procedure
    .input(messagesListInput)
    .output(messagesListOutput)
    .query(({ ctx, input }) => listMessages(ctx.deps, ctx.user.id, input)),
  status: procedure
    .input(messagesStatusInput)
    .output(messagesStatusOutput)
    .query(({ ctx, input }) => readStatus(ctx.deps, ctx.user.id, input.conversationId)),
  content: procedure
    .input(messagesContentInput)
    .output(messagesContentOutput)
    .query(({ ctx, input }) => readContent(ctx.deps, ctx.user.id, input.messageId)),
  poll: procedure
    .input(messagesPollInput)
    .output(messagesPollOutput)
    .query(({ ctx, input }) => pollMessages(ctx.deps, ctx.user.id, input)),
  cancel: procedure
    .input(messagesCancelInput)
    .output(messagesCancelOutput)
    .mutation(({ ctx, input }) => cancelMessage(ctx.deps, ctx.user.id, input.messageId)),
  regenerate: procedure
    .input(messagesRegenerateInput)
    .output(messagesRegenerateOutput)
    .mutation(({ ctx, input }) => regenerateMessage(ctx.deps, ctx.user.id, input)),
  edit: procedure
    .input(messagesEditInput)
    .output(messagesEditOutput)
    .mutation(({ ctx, input }) => editMessage(ctx.deps, ctx.user.id, input)),
  continue: procedure
    .input(messagesContinueInput)
    .output(messagesContinueOutput)
    .mutation(({ ctx, input }) => continueMessage(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .input(messagesDeleteInput)
    .output(messagesDeleteOutput)
    .mutation(({ ctx, input }) => deleteMessage(ctx.deps, ctx.user.id, input)),
  withdraw: procedure
    .input(messagesWithdrawInput)
    .output(messagesWithdrawOutput)
    .mutation(({ ctx, input }) => withdrawMessage(ctx.deps, ctx.user.id, input)),
})
