import { isBlank, maxInstructionsLength } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'
import { countInstructions, InstructionsField, ModelField, usualModel } from './conversation-fields.tsx'

export interface NewConversationSettingsProps {
  readonly settings: { readonly model: string | null; readonly instructions: string }
  readonly models: readonly PickerItem[]
  readonly modelsWarning: string | null
  readonly onSave: (settings: { readonly model: string | null; readonly instructions: string }) => void
  readonly onClose: () => void
}

/** Model and instructions of a new conversation. */
export function NewConversationSettings({ settings, models, modelsWarning, onSave, onClose }: NewConversationSettingsProps) {
  const text = useText()
  const [model, setModel] = useState(settings.model ?? usualModel)
  const [instructions, setInstructions] = useState(settings.instructions)
  const isTooLong = countInstructions(instructions) > maxInstructionsLength
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (isTooLong) return
        onSave({ model: model === usualModel ? null : model, instructions: isBlank(instructions) ? '' : instructions })
        onClose()
      }}
    >
      <p className="text-sm text-soft">{text('conversation.settings.new.about')}</p>
      <ModelField models={models} modelsWarning={modelsWarning} model={model} onModel={setModel} />
      <InstructionsField instructions={instructions} onInstructions={setInstructions} />
      <div className="flex justify-end gap-2">
        <Button tone="quiet" onClick={onClose}>
          {text('cancel')}
        </Button>
        <Button type="submit" tone="accent" disabled={isTooLong}>
          {text('conversation.settings.save')}
        </Button>
      </div>
    </form>
  )
}
