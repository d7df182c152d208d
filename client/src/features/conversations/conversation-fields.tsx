import { codePointLength, maxInstructionsLength } from '@holdfast/shared'
import { useId, useRef, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Picker } from '../../ui/picker.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'
import { useGrowingHeight } from '../../ui/use-growing-height.ts'

/** Value for the server's default model. */
export const usualModel = ''

export interface ModelFieldProps {
  readonly models: readonly PickerItem[]
  /** Providers whose model lists could not be read. */
  readonly modelsWarning: string | null
  readonly model: string
  readonly onModel: (model: string) => void
}

/** The model picker of a conversation. */
export function ModelField({ models, modelsWarning, model, onModel }: ModelFieldProps) {
  const text = useText()
  return (
    <Labelled label={text('composer.model')} hint={text('conversation.settings.model.about')}>
      {() => (
        <Picker
          label={text('composer.model')}
          items={[
            {
              id: usualModel,
              label: text('conversation.settings.model.default'),
              group: text('conversation.settings.model.default.group'),
              detail: models[0]?.label ?? null,
            },
            ...models,
          ]}
          value={model}
          onValue={onModel}
          note={modelsWarning}
          testId="conversation-model"
          className="flex h-10 w-full items-center justify-between gap-2 rounded-md border border-line-strong bg-paper px-3 text-left text-base hover:bg-hover touch:h-11"
        />
      )}
    </Labelled>
  )
}

/** Length of the instructions; 0 until they come near the limit. */
export function countInstructions(instructions: string): number {
  return instructions.length > maxInstructionsLength * 0.9 ? codePointLength(instructions) : 0
}

/** The instructions of a conversation. */
export function InstructionsField(props: {
  readonly instructions: string
  readonly onInstructions: (instructions: string) => void
}) {
  const text = useText()
  const instructions = useRef<HTMLTextAreaElement>(null)
  useGrowingHeight(instructions, props.instructions)
  const length = countInstructions(props.instructions)
  return (
    <>
      <Labelled label={text('conversation.instructions')} hint={text('conversation.instructions.about')}>
        {(id) => (
          <textarea
            ref={instructions}
            id={id}
            aria-describedby={`${id}-hint`}
            value={props.instructions}
            rows={6}
            dir="auto"
            placeholder={text('conversation.instructions.example')}
            onChange={(event) => props.onInstructions(event.target.value)}
            className="field-sizing-content block max-h-[40dvh] min-h-32 w-full rounded-md border border-line-strong bg-paper px-3 py-2 text-base leading-relaxed placeholder:text-faint"
          />
        )}
      </Labelled>
      {length > 0 && (
        <p
          className={`-mt-3 text-right text-xs tabular-nums ${length > maxInstructionsLength ? 'text-danger-ink' : 'text-faint'}`}
          role="status"
        >
          {text('composer.length', { length, max: maxInstructionsLength })}
        </p>
      )}
    </>
  )
}

export function Labelled(props: {
  readonly label: string
  readonly hint?: string
  readonly children: (id: string) => ReactNode
}) {
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
