import { useEffect } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useLocation } from 'wouter'
import { Composer, type ComposerProps } from '../../features/composer/index.ts'
import { ModelInputNotice, ModelPicker } from '../../features/models/index.ts'
import { Dictation } from '../../features/voice/index.tsx'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { useStore } from '../../lib/use-store.ts'
import { useInsertion } from '../chrome/ask-in-composer.ts'
import { forgetPendingText, readPendingText } from '../memory/pending-text.ts'
import { ComposerArea } from './composer-area.tsx'
import { changeNewConversation, forgetNewConversation, newConversation, settingsOf } from '../memory/new-conversation.ts'
import { NewInstructions } from './new-instructions.tsx'
import { conversationPath } from '../../lib/routes.ts'
import { StartPage } from './start-page.tsx'
import { useModels } from '../chrome/use-models.ts'
import { useUserId } from '../chrome/session-context.tsx'

/** The first message makes the conversation, under an id that it keeps: it has its address before the server knows of it. */
export function NewConversationPage() {
  const userId = useUserId()
  const models = useModels()
  const { outbox } = useClient()
  const [, navigate] = useLocation()
  const { model, instructions, parameters } = settingsOf(useStore(newConversation), userId)
  const [insertion, setInsertion] = useInsertion(readPendingText)
  useEffect(forgetPendingText, [])
  const limits = trpc.system.info.useQuery().data?.limits ?? null
  const onModel = (next: string) => changeNewConversation(userId, { model: next })
  const send: ComposerProps['onSend'] = (content, files) => {
    const conversationId = uuidv7()
    outbox.add({
      conversationId,
      create: true,
      parentId: null,
      content,
      files,
      model,
      ...(instructions === '' ? {} : { instructions }),
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    })
    forgetNewConversation()
    navigate(conversationPath(conversationId))
  }
  return (
    <>
      <StartPage isDemo={models.isDemo} onSuggest={(content) => setInsertion({ content })} />
      <ComposerArea isAnswerRunning={false}>
        <NewInstructions />
        <Composer
          key="new"
          userId={userId}
          conversationId={null}
          isOnServer
          isRunning={false}
          isStopping={false}
          modelPicker={
            <ModelPicker items={models.items} warning={models.warning} model={model} onModel={onModel} onAdd={models.onAdd} />
          }
          limits={limits}
          dictation={(field) => userId !== null && <Dictation {...field} userId={userId} conversationId={null} />}
          inputNotice={(kinds) =>
            kinds.size > 0 && <ModelInputNotice items={models.items} model={model} kinds={kinds} onModel={onModel} />
          }
          onSend={send}
          onStop={() => undefined}
          insertion={insertion}
        />
      </ComposerArea>
    </>
  )
}
