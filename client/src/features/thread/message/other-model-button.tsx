import { use } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { buttonClass } from '../../../ui/button.tsx'
import { Picker } from '../../../ui/picker.tsx'
import { ModelChoicesContext } from '../model/model-choices.ts'

/** Regenerates an answer with a selected model. Renders nothing when there is only one model. */
export function OtherModelButton({
  model,
  onModel,
}: {
  readonly model: string | null
  readonly onModel: (model: string) => void
}) {
  const text = useText()
  const items = use(ModelChoicesContext).filter(({ id }) => id !== model)
  if (items.length === 0) return null
  return (
    <Picker
      label={text('answer.other-model')}
      items={items}
      value={null}
      onValue={onModel}
      className={buttonClass('plain', 'small')}
      testId="other-model"
    >
      {text('answer.other-model')}
    </Picker>
  )
}
