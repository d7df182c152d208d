import { isActive, type Id, type Message } from '@holdfast/shared'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { ConversationView } from '../../sdk/conversation-store/conversation-view.ts'
import { useConversation } from '../../react/use-conversation.ts'
import { Composer } from '../../features/composer/index.ts'
import { PlannerUndoDialog } from '../../features/planner/index.ts'
import { ModelInputNotice, ModelPicker } from '../../features/models/index.ts'
import { useConversationActions, useIsListed } from '../../features/conversations/index.ts'
import { FetchedThread, ModelChoicesContext, ThreadSkeleton, type ThreadActions } from '../../features/thread/index.ts'
import { Dictation, ReadAloud } from '../../features/voice/index.tsx'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { useInsertion } from '../chrome/ask-in-composer.ts'
import { AwayNote } from '../chrome/away-note.tsx'
import { readBranch, rememberBranch } from '../memory/branch-memory.ts'
import type { PendingText } from '../memory/pending-text.ts'
import { ComposerArea } from './composer-area.tsx'
import { ConversationShortcuts } from './conversation-shortcuts.tsx'
import { focusComposer } from '../chrome/focus-composer.ts'
import { useThreadHandle } from '../chrome/thread-handle-context.tsx'
import { queuedBehind } from './queued-behind.ts'
import { routes } from '../../lib/routes.ts'
import { useUserId } from '../chrome/session-context.tsx'
import { useShell } from '../chrome/shell-context.tsx'
import { usePageTitle } from '../chrome/title-context.tsx'
import { useModels } from '../chrome/use-models.ts'
import { useKeptScrollAnchor } from './use-kept-scroll-anchor.ts'
import { useConversationCommands } from './use-conversation-commands.tsx'
import { useMarkedMessage } from './use-marked-message.ts'
import { useMarkedWords } from './use-marked-words.ts'
import { useMessageActions } from './use-message-actions.tsx'
import { useRefetchOnReturn } from './use-refetch-on-return.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

export interface ConversationPageProps {
  readonly conversationId: Id
}

export function ConversationPage({ conversationId }: ConversationPageProps) {
  const userId = useUserId()
  const models = useModels()
  const { show: onShowItem } = useShell().planner
  const text = useText()
  const client = useClient()
  const toast = useToast()
  const showFailure = useFailureToast()
  const threadHandle = useThreadHandle()
  const [, navigate] = useLocation()
  const { view, store } = useConversation(conversationId, readBranch(conversationId))
  const { restore } = useConversationActions()
  const [insertion, setInsertion] = useInsertion()
  const [undoing, setUndoing] = useState<Id | null>(null)
  const [reading, setReading] = useState<{ readonly messageId: Id } | null>(null)
  const markedId = useMarkedMessage(view, store)
  const isElsewhere = new URLSearchParams(useSearch()).has('message')
  const { anchor, onAnchor } = useKeptScrollAnchor(conversationId, view, store, { isElsewhere })
  const markedWords = useMarkedWords(markedId)
  const { messageActions, dialog } = useMessageActions(conversationId)
  const running = view.messages.find((message) => message.role === 'assistant' && isActive(message.status))
  usePageTitle(view.conversation?.title ?? null)
  useMarkRead(view.conversation?.unread === true, view.cursor, store.markRead)
  useRefetchOnReturn({ isDeleted: view.deleted, isListed: useIsListed(conversationId), reload: store.reload })

  const actions = useMemo<ThreadActions>(() => {
    const takeAway = (requestId: Id, carried: PendingText | null) => {
      client.outbox.discard(requestId)
      const hasOthers = client.outbox.get().some((item) => item.conversationId === conversationId)
      // A conversation that was never sent is removed with its only message.
      if (store.getState().conversation === null && !hasOthers) navigate(routes.start, { state: carried })
      else if (carried) setInsertion(carried)
    }
    return {
      stop: (messageId) => {
        const queue = queuedBehind(store.getState().messages, messageId)
        // The queued text is in the composer, and saved as a draft, before the queue is cleared.
        if (queue.length > 0) {
          setInsertion({ content: queue.map(({ content }) => content).join('\n\n'), files: queue.flatMap(messageToFiles) })
        }
        store
          .stop(messageId)
          .then(async () => {
            for (const { id } of queue) await store.withdraw(id)
          })
          .catch(showFailure)
      },
      withdraw: (questionId, way) => {
        const question = store.getState().messages.find(({ id }) => id === questionId)
        if (!question) return
        if (way === 'edit') setInsertion({ content: question.content, files: messageToFiles(question) })
        store.withdraw(questionId).catch((error: unknown) => {
          if (errorToFailure(error).reason !== 'not-editable') showFailure(error)
          else if (way === 'edit') toast({ text: text('answer.queued.started') })
        })
      },
      continueAnswer: (messageId) => void store.continue(messageId).catch(showFailure),
      regenerate: (messageId, model) => void store.regenerate(messageId, model).catch(showFailure),
      ...messageActions,
      edit: (messageId, content) => {
        store.edit(messageId, content)
        focusComposer()
      },
      selectBranch: (messageId) => {
        rememberBranch(conversationId, messageId, store.getState().conversation?.activeMessageId)
        store.selectBranch(messageId).catch(showFailure)
      },
      takeBack: (requestId, content) => {
        const files = client.outbox.get().find((item) => item.requestId === requestId)?.files
        takeAway(requestId, { content, ...(files ? { files: files.map(({ fileId, name }) => ({ fileId, name })) } : {}) })
      },
      discard: (requestId) => takeAway(requestId, null),
      selectNewest: () => {
        rememberBranch(conversationId, null)
        store.selectNewest().catch(showFailure)
      },
      decide: (messageId, callId, approve) => {
        store.decide(messageId, callId, approve).then((state) => {
          if (approve && state === 'denied') toast({ text: text('approval.was-denied') })
          if (!approve && state !== 'denied') toast({ text: text('approval.was-approved') })
        }, showFailure)
      },
      readAloud: (messageId) => setReading({ messageId }),
      undoPlans: setUndoing,
      showItem: onShowItem,
    }
  }, [client, store, toast, text, showFailure, navigate, conversationId, setInsertion, onShowItem, messageActions])

  const renameDialog = useConversationCommands({
    conversationId,
    view,
    store,
    onRegenerate: actions.regenerate,
    onFork: messageActions.fork,
    onStop: actions.stop,
  })

  const first = client.outbox.get().find((item) => item.conversationId === conversationId)
  // Offline, a conversation that was started here is complete; other conversations are unknown.
  const isAway = isOutOfReach(view) && view.cursor === 0 && first?.parentId !== null
  const isAlone = view.messages.length === 0

  const limits = trpc.system.info.useQuery().data?.limits ?? null
  const model = view.conversation?.model ?? null
  const onModel = (next: string) => {
    client.trpc.conversations.update
      .mutate({ conversationId, model: next })
      .catch((error: unknown) => toast({ tone: 'danger', text: errorToFailure(error).message }))
  }
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
      {renameDialog}
      {undoing !== null && <PlannerUndoDialog messageId={undoing} onClose={() => setUndoing(null)} />}
      <ConversationShortcuts view={view} actions={actions} onStop={stop} onLeave={() => navigate(routes.start)} />
      {isAway && <AwayNote isAlone={isAlone} />}
      {isAway && isAlone ? null : !isAway && (view.status === 'loading' || anchor === 'finding') ? (
        <ThreadSkeleton />
      ) : (
        <FetchedThread
          handleRef={threadHandle}
          view={view}
          actions={actions}
          markedId={markedId}
          markedWords={markedWords}
          onLoadEarlier={loadEarlier}
          initialAnchor={anchor === 'finding' ? null : anchor}
          onAnchor={onAnchor}
        />
      )}
      <ComposerArea isAnswerRunning={running !== undefined}>
        {reading && <ReadAloud target={reading} store={store} onClose={() => setReading(null)} />}
        <Composer
          key={conversationId}
          userId={userId}
          conversationId={conversationId}
          isOnServer={view.conversation !== null}
          isRunning={running !== undefined}
          isStopping={running !== undefined && running.id in view.stopping}
          modelPicker={
            <ModelPicker items={models.items} warning={models.warning} model={model} onModel={onModel} onAdd={models.onAdd} />
          }
          limits={limits}
          dictation={(field) => userId !== null && <Dictation {...field} userId={userId} conversationId={conversationId} />}
          inputNotice={(kinds) =>
            kinds.size > 0 && <ModelInputNotice items={models.items} model={model} kinds={kinds} onModel={onModel} />
          }
          onSend={(content, files) => void store.send({ content, files })}
          onSteer={
            running === undefined || running.id in view.stopping
              ? null
              : async (content) => {
                  const { steerAnswer } = await import('./steer-answer.ts')
                  const send = (message: string) => void store.send({ content: message, files: [] })
                  return steerAnswer({ trpc: client.trpc, text, toast, send }, { messageId: running.id, content })
                }
          }
          onStop={stop}
          insertion={insertion}
        />
      </ComposerArea>
    </ModelChoicesContext>
  )
}

function messageToFiles({ parts }: Pick<Message, 'parts'>): { fileId: Id; name: string }[] {
  return parts.flatMap((part) => (part.type === 'file' ? [{ fileId: part.fileId, name: part.name }] : []))
}

/** Marks the conversation as read while the page is visible and has the focus. */
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
