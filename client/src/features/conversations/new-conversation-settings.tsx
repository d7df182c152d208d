import '../../i18n/later-english.ts'
import { isBlank, maxInstructionsLength, type AnswerParameters } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { ParameterFields } from '../../parameters/parameter-fields.tsx'
import { parametersToTexts, textsToParameters } from '../../parameters/parameter-texts.ts'
import { Button } from '../../ui/button.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'
import { countInstructions, InstructionsField, ModelField, usualModel } from './conversation-fields.tsx'

interface NewSettings {
  readonly model: string | null
  readonly instructions: string
  readonly parameters: AnswerParameters
}

export interface NewConversationSettingsProps {
  readonly settings: NewSettings
  readonly models: readonly PickerItem[]
  readonly modelsWarning: string | null
  readonly onSave: (settings: NewSettings) => void
  readonly onClose: () => void
}

/** Model, instructions and parameters of a new conversation. */
export function NewConversationSettings({ settings, models, modelsWarning, onSave, onClose }: NewConversationSettingsProps) {
  const text = useText()
  const [model, setModel] = useState(settings.model ?? usualModel)
  const [instructions, setInstructions] = useState(settings.instructions)
  const [parameterTexts, setParameterTexts] = useState(() => parametersToTexts(settings.parameters))
  const parameters = textsToParameters(parameterTexts)
  const isTooLong = countInstructions(instructions) > maxInstructionsLength
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (isTooLong || parameters === null) return
        const said = isBlank(instructions) ? '' : instructions
        onSave({ model: model === usualModel ? null : model, instructions: said, parameters })
        onClose()
      }}
    >
      <p className="text-sm text-soft">{text('conversation.settings.new.about')}</p>
      <ModelField models={models} modelsWarning={modelsWarning} model={model} onModel={setModel} />
      <InstructionsField instructions={instructions} onInstructions={setInstructions} />
      <ParameterFields
        texts={parameterTexts}
        onTexts={setParameterTexts}
        about={text('parameters.about')}
        empty={text('parameters.default')}
      />
      <div className="flex justify-end gap-2">
        <Button tone="quiet" onClick={onClose}>
          {text('cancel')}
        </Button>
        <Button type="submit" tone="accent" disabled={isTooLong || parameters === null}>
          {text('conversation.settings.save')}
        </Button>
      </div>
    </form>
  )
}
