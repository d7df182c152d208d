import { isActive, type Id } from '@holdfast/shared'
import { useCallback, useEffect, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { ConversationView } from '../conversation-store/conversation-view.ts'
import { useConversation } from '../conversation-store/use-conversation.ts'
import { Composer } from '../features/composer/index.ts'
import { ModelPicker } from '../features/models/index.ts'
import { useConversationActions, useIsListed } from '../features/conversations/index.ts'
import {
  FetchedThread,
  ModelChoicesContext,
  ThreadSkeleton,
  type PlannerItem,
  type ThreadActions,
} from '../features/thread/index.ts'
import { useText } from '../i18n/use-text.ts'
import { useClient } from '../transport/client-context.tsx'
import { errorToFailure } from '../transport/failure.ts'
import { Button } from '../ui/button.tsx'
import { CenteredMessage } from '../ui/centered-message.tsx'
import { useToast } from '../ui/toasts.tsx'
import { useInsertion } from './ask-in-composer.ts'
import { AwayNote } from './away-note.tsx'
import { readBranch, rememberBranch } from './branch-memory.ts'
import type { CarriedText } from './carried-text.ts'
import type { Command } from './commands.tsx'
import { ComposerArea } from './composer-area.tsx'
import { ConversationShortcuts } from './conversation-shortcuts.tsx'
import { focusComposer } from './focus-composer.ts'
import { queuedBehind } from './queued-behind.ts'
import { routes } from './routes.ts'
import type { KnownModels } from './use-models.ts'
import { useKeptPlace } from './use-kept-place.ts'
import { useConversationCommands } from './use-conversation-commands.tsx'
import { useMarkedMessage } from './use-marked-message.ts'
import { useMarkedWords } from './use-marked-words.ts'
import { useMessageActions } from './use-message-actions.tsx'
import { useReopen } from './use-reopen.ts'

export interface ConversationPageProps {
  readonly conversationId: Id
  readonly userId: string | null
  readonly models: KnownModels
  readonly onTitle: (title: string | null) => void
  readonly onShowItem: (item: PlannerItem) => void
  /** What can be done with it from anywhere in the page. */
  readonly onCommands: (commands: readonly Command[]) => void
}

export function ConversationPage({ conversationId, userId, models, onTitle, onShowItem, onCommands }: ConversationPageProps) {
  const text = useText()
  const client = useClient()
  const toast = useToast()
  const [, navigate] = useLocation()
  const { view, store } = useConversation(client, conversationId, readBranch(conversationId))
  const { restore } = useConversationActions()
  const [insertion, setInsertion] = useInsertion()
  const markedId = useMarkedMessage(view, store)
  const isElsewhere = new URLSearchParams(useSearch()).has('message')
  const { place, onPlace } = useKeptPlace(conversationId, view, store, { isElsewhere })
  const markedWords = useMarkedWords(markedId)
  const { messageActions, dialog } = useMessageActions(conversationId)
  useConversationCommands({
    conversationId,
    leafId: view.conversation ? view.leafId : null,
    onFork: messageActions.fork,
    onCommands,
  })
  const running = view.messages.find((message) => message.role === 'assistant' && isActive(message.status))
  const title = view.conversation?.title ?? null
  useEffect(() => onTitle(title), [title, onTitle])
  useMarkRead(view.conversation?.unread === true, view.cursor, store.markRead)
  useReopen({ isDeleted: view.deleted, isListed: useIsListed(conversationId), reload: store.reload })

  const actions = useMemo<ThreadActions>(() => {
    const complain = (error: unknown) => {
      const { kind, message } = errorToFailure(error)
      toast({ tone: 'danger', text: kind === 'refused' ? message : text('failed.unreachable') })
    }
    const takeAway = (requestId: Id, carried: CarriedText | null) => {
      client.outbox.discard(requestId)
      const hasOthers = client.outbox.get().some((item) => item.conversationId === conversationId)
      // A conversation that never got out is gone with its only message.
      if (store.getState().conversation === null && !hasOthers) navigate(routes.start, { state: carried })
      else if (carried) setInsertion(carried)
    }
    return {
      stop: (messageId) => {
        const queue = queuedBehind(store.getState().messages, messageId)
        // What was written is in the field, and kept there, before anything is taken away.
        if (queue.length > 0) setInsertion({ content: queue.map(({ content }) => content).join('\n\n') })
        store
          .stop(messageId)
          .then(async () => {
            for (const { id } of queue) await store.withdraw(id)
          })
          .catch(complain)
      },
      withdraw: (questionId, way) => {
        const question = store.getState().messages.find(({ id }) => id === questionId)
        if (!question) return
        if (way === 'edit') setInsertion({ content: question.content })
        store.withdraw(questionId).catch((error: unknown) => {
          if (errorToFailure(error).reason !== 'not-editable') complain(error)
          else if (way === 'edit') toast({ text: text('answer.withdraw.begun') })
        })
      },
      continueAnswer: (messageId) => void store.continue(messageId).catch(complain),
      regenerate: (messageId, model) => void store.regenerate(messageId, model).catch(complain),
      ...messageActions,
      edit: (messageId, content) => {
        store.edit(messageId, content)
        focusComposer()
      },
      selectBranch: (messageId) => {
        rememberBranch(conversationId, messageId, store.getState().conversation?.activeMessageId)
        store.selectBranch(messageId).catch(complain)
      },
      takeBack: (requestId, content) => takeAway(requestId, { content }),
      discard: (requestId) => takeAway(requestId, null),
      selectNewest: () => {
        rememberBranch(conversationId, null)
        store.selectNewest().catch(complain)
      },
      decide: (messageId, callId, approve) => {
        store.decide(messageId, callId, approve).then((state) => {
          if (approve && state === 'denied') toast({ text: text('approval.was-denied') })
          if (!approve && state !== 'denied') toast({ text: text('approval.was-approved') })
        }, complain)
      },
      showItem: onShowItem,
    }
  }, [client, store, toast, text, navigate, conversationId, setInsertion, onShowItem, messageActions])

  const first = client.outbox.get().find((item) => item.conversationId === conversationId)
  // Without a network a conversation that was begun here is whole; of any other one nothing is known.
  const isAway = isOutOfReach(view) && view.cursor === 0 && first?.parentId !== null
  const isAlone = view.messages.length === 0

  const loadEarlier = useCallback(() => void store.loadEarlier(), [store])
  const stop = () => {
    if (running) actions.stop(running.id)
  }

  if (view.status === 'missing') {
    return (
      <CenteredMessage
        title={text('conversation.missing')}
        testId="conversation-missing"
        actions={<Button onClick={() => navigate(routes.start)}>{text('new-conversation')}</Button>}
      >
        {text('conversation.missing.about')}
      </CenteredMessage>
    )
  }
  if (view.status === 'failed' && view.messages.length === 0) {
    return (
      <CenteredMessage
        title={text('conversation.failed')}
        testId="conversation-failed"
        actions={<Button onClick={store.reload}>{text('try-again')}</Button>}
      >
        {text('conversation.failed.about')}
      </CenteredMessage>
    )
  }
  if (view.deleted) {
    return (
      <CenteredMessage
        title={text('conversation.in-trash')}
        testId="conversation-deleted"
        actions={<Button onClick={() => void restore(conversationId).then(store.reload)}>{text('conversation.restore')}</Button>}
      >
        {text('conversation.in-trash.about')}
      </CenteredMessage>
    )
  }
  return (
    <ModelChoicesContext value={models.items}>
      {dialog}
      <ConversationShortcuts view={view} actions={actions} onStop={stop} onLeave={() => navigate(routes.start)} />
      {isAway && <AwayNote isAlone={isAlone} />}
      {isAway && isAlone ? null : !isAway && (view.status === 'loading' || place === 'finding') ? (
        <ThreadSkeleton />
      ) : (
        <FetchedThread
          view={view}
          actions={actions}
          markedId={markedId}
          markedWords={markedWords}
          onLoadEarlier={loadEarlier}
          initialPlace={place === 'finding' ? null : place}
          onPlace={onPlace}
        />
      )}
      <ComposerArea isAnswerRunning={running !== undefined}>
        <Composer
          key={conversationId}
          userId={userId}
          conversationId={conversationId}
          isOnServer={view.conversation !== null}
          isRunning={running !== undefined}
          isStopping={running !== undefined && running.id in view.stopping}
          modelPicker={
            <ModelPicker
              items={models.items}
              warning={models.warning}
              model={view.conversation?.model ?? null}
              onModel={(model) => {
                client.trpc.conversations.update
                  .mutate({ conversationId, model })
                  .catch((error: unknown) => toast({ tone: 'danger', text: errorToFailure(error).message }))
              }}
            />
          }
          onSend={(content) => void store.send({ content })}
          onStop={stop}
          insertion={insertion}
        />
      </ComposerArea>
    </ModelChoicesContext>
  )
}

/** What is on a screen that somebody looks at has been read. */
function useMarkRead(isUnread: boolean, cursor: number, markRead: () => void) {
  useEffect(() => {
    if (!isUnread) return
    const look = () => {
      if (!document.hidden && document.hasFocus()) markRead()
    }
    look()
    document.addEventListener('visibilitychange', look)
    window.addEventListener('focus', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('focus', look)
    }
  }, [isUnread, cursor, markRead])
}

function isOutOfReach({ connection: { status } }: ConversationView): boolean {
  return status === 'offline' || status === 'reconnecting'
}
