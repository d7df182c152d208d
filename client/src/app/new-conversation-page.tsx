import { useEffect } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useLocation } from 'wouter'
import { Composer } from '../features/composer/index.ts'
import { ModelPicker } from '../features/models/index.ts'
import { useClient } from '../transport/client-context.tsx'
import { useStore } from '../use-store.ts'
import { useInsertion } from './ask-in-composer.ts'
import { forgetCarriedText, readCarriedText } from './carried-text.ts'
import { ComposerArea } from './composer-area.tsx'
import { changeNewConversation, forgetNewConversation, newConversation, settingsOf } from './new-conversation.ts'
import { NewInstructions } from './new-instructions.tsx'
import { conversationPath } from './routes.ts'
import { StartPage } from './start-page.tsx'
import type { KnownModels } from './use-models.ts'

/** The first message makes the conversation, under an id that it keeps: it has its address before the server knows of it. */
export function NewConversationPage({ userId, models }: { readonly userId: string | null; readonly models: KnownModels }) {
  const { outbox } = useClient()
  const [, navigate] = useLocation()
  const { model, instructions } = settingsOf(useStore(newConversation), userId)
  const [insertion, setInsertion] = useInsertion(readCarriedText)
  useEffect(forgetCarriedText, [])
  const send = (content: string) => {
    const conversationId = uuidv7()
    outbox.add({ conversationId, create: true, parentId: null, content, model, ...(instructions === '' ? {} : { instructions }) })
    forgetNewConversation()
    navigate(conversationPath(conversationId))
  }
  return (
    <>
      <StartPage isDemo={models.isDemo} onSuggest={(content) => setInsertion({ content })} />
      <ComposerArea isAnswerRunning={false}>
        <NewInstructions userId={userId} />
        <Composer
          key="new"
          userId={userId}
          conversationId={null}
          isOnServer
          isRunning={false}
          isStopping={false}
          modelPicker={
            <ModelPicker
              items={models.items}
              warning={models.warning}
              model={model}
              onModel={(next) => changeNewConversation(userId, { model: next })}
            />
          }
          onSend={send}
          onStop={() => undefined}
          insertion={insertion}
        />
      </ComposerArea>
    </>
  )
}
