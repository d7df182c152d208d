import '../../i18n/later-english.ts'
import { isBlank, maxInstructionsLength, maxTitleLength, type AnswerParameters, type Conversation } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { ParameterFields } from '../../parameters/parameter-fields.tsx'
import { isSameTexts, parametersToTexts, textsToParameters } from '../../parameters/parameter-texts.ts'
import { useClient } from '../../react/client-context.tsx'
import { Button } from '../../ui/button.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'
import { countInstructions, InstructionsField, Labelled, ModelField, usualModel } from './conversation-fields.tsx'
import { EarlierVersions } from './earlier-versions.tsx'
import { useConversationLists } from './use-conversation-lists.ts'
import { errorToSentence } from '../../react/error-to-sentence.ts'

export interface ConversationSettingsProps {
  /** The conversation when the settings were opened. */
  readonly conversation: Conversation
  readonly models: readonly PickerItem[]
  /** Providers whose model lists could not be read. */
  readonly modelsWarning: string | null
  readonly onClose: () => void
}

/** Title, model, instructions and parameters of a conversation. */
export function ConversationSettings({ conversation, models, modelsWarning, onClose }: ConversationSettingsProps) {
  const text = useText()
  const { trpc } = useClient()
  const lists = useConversationLists()
  const [title, setTitle] = useState(conversation.title)
  const [model, setModel] = useState(conversation.model ?? usualModel)
  const [instructions, setInstructions] = useState(conversation.instructions ?? '')
  const [parameterTexts, setParameterTexts] = useState(() => parametersToTexts(conversation.parameters ?? {}))
  const parameters = textsToParameters(parameterTexts)
  const [state, setState] = useState<'editing' | 'saving' | { readonly failure: string }>('editing')
  const [isEarlier, setEarlier] = useState(false)
  const isTooLong = countInstructions(instructions) > maxInstructionsLength
  const isSavable = !isBlank(title) && !isTooLong && parameters !== null && state !== 'saving'

  const save = async () => {
    if (!isSavable) return
    const areSame = isSameTexts(parametersToTexts(parameters), parametersToTexts(conversation.parameters ?? {}))
    const change = toChange(conversation, { title: title.trim(), model, instructions, ...(areSame ? {} : { parameters }) })
    if (!change) return onClose()
    setState('saving')
    try {
      const saved = await trpc.conversations.update.mutate({ conversationId: conversation.id, ...change })
      const { title: kept, model: chosen, instructions: said, parameters: set } = saved
      lists.patch(saved, { title: kept, model: chosen, instructions: said, ...(set ? { parameters: set } : {}) })
      onClose()
    } catch (error) {
      setState({ failure: errorToSentence(error, text) })
    }
  }

  if (isEarlier) return <EarlierVersions conversation={conversation} onBack={() => setEarlier(false)} onClose={onClose} />
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Labelled label={text('conversation.title')}>
        {(id) => (
          <input
            id={id}
            value={title}
            maxLength={maxTitleLength}
            required
            dir="auto"
            onChange={(event) => setTitle(event.target.value)}
            className="h-10 w-full rounded-md border border-line-strong bg-paper px-3 text-base touch:h-11"
          />
        )}
      </Labelled>
      <ModelField models={models} modelsWarning={modelsWarning} model={model} onModel={setModel} />
      <InstructionsField instructions={instructions} onInstructions={setInstructions} />
      <ParameterFields
        texts={parameterTexts}
        onTexts={setParameterTexts}
        about={text('parameters.about')}
        empty={text('parameters.default')}
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        {typeof state === 'object' && (
          <p role="alert" className="mr-auto text-sm text-danger-ink">
            {text('conversation.settings.failed', { reason: state.failure })}
          </p>
        )}
        <Button tone="quiet" onClick={() => setEarlier(true)}>
          {text('earlier.title')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {text('cancel')}
        </Button>
        <Button type="submit" tone="accent" disabled={!isSavable}>
          {text('conversation.settings.save')}
        </Button>
      </div>
    </form>
  )
}

interface Edited {
  readonly title: string
  readonly model: string
  readonly instructions: string
  /** Absent: they were not changed. */
  readonly parameters?: AnswerParameters
}

interface Change extends Partial<Pick<Conversation, 'title' | 'model' | 'instructions'>> {
  readonly parameters?: AnswerParameters
}

/** Only the fields changed here, so that changes by others are kept. */
function toChange({ title, model, instructions }: Conversation, edited: Edited): Change | null {
  const change = {
    ...(edited.title === title ? {} : { title: edited.title }),
    ...(edited.model === (model ?? usualModel) ? {} : { model: edited.model === usualModel ? null : edited.model }),
    ...(edited.instructions === (instructions ?? '')
      ? {}
      : { instructions: edited.instructions.trim() === '' ? null : edited.instructions }),
    ...(edited.parameters ? { parameters: edited.parameters } : {}),
  }
  return Object.keys(change).length === 0 ? null : change
}
