import { codePointLength, isBlank, maxInstructionsLength, maxTitleLength, type Conversation } from '@holdfast/shared'
import { useId, useState, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../transport/client-context.tsx'
import { errorToFailure } from '../../transport/failure.ts'
import { Button } from '../../ui/button.tsx'
import { Picker, type PickerItem } from '../../ui/picker.tsx'
import { useConversationLists } from './use-conversation-lists.ts'

export interface ConversationSettingsProps {
  /** As it was when the settings were opened. */
  readonly conversation: Conversation
  readonly models: readonly PickerItem[]
  /** What could not be read of the providers' lists. */
  readonly modelsWarning: string | null
  readonly onClose: () => void
}

/** No model of its own: the server's default answers, whichever that is. */
const usual = ''

/** What a conversation is called, who answers in it, and what the model is told before everything else. */
export function ConversationSettings({ conversation, models, modelsWarning, onClose }: ConversationSettingsProps) {
  const text = useText()
  const { trpc } = useClient()
  const lists = useConversationLists()
  const [title, setTitle] = useState(conversation.title)
  const [model, setModel] = useState(conversation.model ?? usual)
  const [instructions, setInstructions] = useState(conversation.instructions ?? '')
  const [state, setState] = useState<'editing' | 'saving' | { readonly failure: string }>('editing')
  const length = instructions.length > maxInstructionsLength * 0.9 ? codePointLength(instructions) : 0
  const isTooLong = length > maxInstructionsLength
  const isSavable = !isBlank(title) && !isTooLong && state !== 'saving'

  const save = async () => {
    if (!isSavable) return
    const change = toChange(conversation, { title: title.trim(), model, instructions })
    if (!change) return onClose()
    setState('saving')
    try {
      lists.put(await trpc.conversations.update.mutate({ conversationId: conversation.id, ...change }))
      onClose()
    } catch (error) {
      const { kind, message } = errorToFailure(error)
      setState({ failure: kind === 'refused' ? message : text('failed.unreachable') })
    }
  }

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
      <Labelled label={text('composer.model')} hint={text('conversation.settings.model.about')}>
        {() => (
          <Picker
            label={text('composer.model')}
            items={[
              {
                id: usual,
                label: text('conversation.settings.model.usual'),
                group: text('conversation.settings.model.any'),
                detail: models[0]?.label ?? null,
              },
              ...models,
            ]}
            value={model}
            onValue={setModel}
            note={modelsWarning}
            testId="conversation-model"
            className="flex h-10 w-full items-center justify-between gap-2 rounded-md border border-line-strong bg-paper px-3 text-left text-base hover:bg-hover touch:h-11"
          />
        )}
      </Labelled>
      <Labelled label={text('conversation.instructions')} hint={text('conversation.instructions.about')}>
        {(id) => (
          <textarea
            id={id}
            aria-describedby={`${id}-hint`}
            value={instructions}
            rows={6}
            dir="auto"
            placeholder={text('conversation.instructions.example')}
            onChange={(event) => setInstructions(event.target.value)}
            className="field-sizing-content block max-h-[40dvh] min-h-32 w-full rounded-md border border-line-strong bg-paper px-3 py-2 text-base leading-relaxed placeholder:text-faint"
          />
        )}
      </Labelled>
      {length > 0 && (
        <p className={`-mt-3 text-right text-xs tabular-nums ${isTooLong ? 'text-danger-ink' : 'text-faint'}`} role="status">
          {text('composer.length', { length, max: maxInstructionsLength })}
        </p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {typeof state === 'object' && (
          <p role="alert" className="mr-auto text-sm text-danger-ink">
            {text('conversation.settings.failed', { reason: state.failure })}
          </p>
        )}
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

/** Only what was changed here: what others changed in the meantime stays. */
function toChange(
  { title, model, instructions }: Conversation,
  edited: { readonly title: string; readonly model: string; readonly instructions: string },
): { title?: string; model?: string | null; instructions?: string | null } | null {
  const change = {
    ...(edited.title === title ? {} : { title: edited.title }),
    ...(edited.model === (model ?? usual) ? {} : { model: edited.model === usual ? null : edited.model }),
    ...(edited.instructions === (instructions ?? '')
      ? {}
      : { instructions: edited.instructions.trim() === '' ? null : edited.instructions }),
  }
  return Object.keys(change).length === 0 ? null : change
}

function Labelled(props: { readonly label: string; readonly hint?: string; readonly children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {props.label}
      </label>
      {props.children(id)}
      {props.hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-faint">
          {props.hint}
        </p>
      )}
    </div>
  )
}
