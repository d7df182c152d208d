import type { ReactNode } from 'react'

export interface RadioChoicesProps<Choice extends string> {
  readonly legend: string
  readonly name: string
  readonly choices: readonly {
    readonly value: Choice
    readonly label: string
    readonly about?: string
    readonly icon?: ReactNode
  }[]
  readonly value: Choice
  readonly onValue: (value: Choice) => void
  /** Listed below each other with descriptions; side by side otherwise. */
  readonly isList?: boolean
}

/** A radio group; the arrow keys move between the choices. */
export function RadioChoices<Choice extends string>(props: RadioChoicesProps<Choice>) {
  const { legend, name, choices, value, onValue, isList = false } = props
  const layout = isList ? 'space-y-1.5' : 'grid auto-cols-fr grid-flow-col gap-2'
  const shape = isList
    ? 'items-start gap-2.5 px-3 py-2.5 touch:min-h-11'
    : 'flex-col items-center justify-end gap-1.5 px-1 py-3 text-center'
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{legend}</legend>
      <div className={layout}>
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={`flex cursor-pointer rounded-md border text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent ${shape} ${value === choice.value ? 'border-accent bg-accent-wash' : 'border-line hover:bg-hover'}`}
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={value === choice.value}
              className={isList ? 'mt-0.5 size-4 shrink-0 accent-accent outline-none' : 'sr-only'}
              onChange={() => onValue(choice.value)}
            />
            {choice.icon}
            <span className="min-w-0">
              {choice.label}
              {choice.about !== undefined && <span className="block text-xs text-soft">{choice.about}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
