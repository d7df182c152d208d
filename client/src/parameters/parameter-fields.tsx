import '../i18n/later-english.ts'
import { maxTemperature, maxTopP, mostOutputTokens, reasoningEfforts } from '@holdfast/shared'
import { useId } from 'react'
import { locale } from '../i18n/locale.ts'
import { useText } from '../i18n/use-text.ts'
import { textToNumber, type ParameterTexts } from './parameter-texts.ts'

export interface ParameterFieldsProps {
  readonly texts: ParameterTexts
  readonly onTexts: (texts: ParameterTexts) => void
  /** A sentence about what empty fields mean. */
  readonly about: string
  /** Stands in empty fields. */
  readonly empty: string
}

const numbers = [
  { name: 'temperature', most: maxTemperature },
  { name: 'topP', most: maxTopP },
  { name: 'maxOutputTokens', most: mostOutputTokens },
] as const

const fieldClass = 'block h-10 w-full rounded-md border bg-paper px-3 text-base touch:h-11'

/** How a model is asked to answer: numbers and a choice, all of which may be left to the default. */
export function ParameterFields({ texts, onTexts, about, empty }: ParameterFieldsProps) {
  const text = useText()
  const id = useId()
  return (
    <fieldset aria-describedby={`${id}-about`} data-testid="parameters">
      <legend className="mb-1 text-sm font-medium">{text('parameters.title')}</legend>
      <p id={`${id}-about`} className="mb-2 text-xs text-faint">
        {about}
      </p>
      <div className="grid grid-cols-2 items-start gap-x-3 gap-y-3">
        {numbers.map(({ name, most }) => {
          const isWrong = textToNumber(name, texts[name]) === undefined
          const hint = isWrong
            ? text(`parameters.${name}.wrong`, { most: most.toLocaleString(locale) })
            : text(`parameters.${name}.hint`)
          return (
            <div key={name} className="min-w-0">
              <label htmlFor={`${id}-${name}`} className="mb-1 block text-sm text-soft">
                {text(`parameters.${name}`)}
              </label>
              <input
                id={`${id}-${name}`}
                inputMode={name === 'maxOutputTokens' ? 'numeric' : 'decimal'}
                autoComplete="off"
                placeholder={empty}
                value={texts[name]}
                aria-invalid={isWrong}
                aria-describedby={`${id}-${name}-hint`}
                onChange={({ target: { value } }) => onTexts({ ...texts, [name]: value })}
                className={`${fieldClass} tabular-nums placeholder:text-faint ${isWrong ? 'border-danger' : 'border-line-strong'}`}
              />
              <p
                id={`${id}-${name}-hint`}
                role={isWrong ? 'alert' : undefined}
                className={`mt-1 text-xs ${isWrong ? 'text-danger-ink' : 'text-faint'}`}
              >
                {hint}
              </p>
            </div>
          )
        })}
        <div className="min-w-0">
          <label htmlFor={`${id}-effort`} className="mb-1 block text-sm text-soft">
            {text('parameters.reasoningEffort')}
          </label>
          <select
            id={`${id}-effort`}
            value={texts.reasoningEffort}
            aria-describedby={`${id}-effort-hint`}
            onChange={({ target: { value } }) => onTexts({ ...texts, reasoningEffort: value })}
            className={`${fieldClass} border-line-strong`}
          >
            <option value="">{empty}</option>
            {reasoningEfforts.map((effort) => (
              <option key={effort} value={effort}>
                {text(`parameters.effort.${effort}`)}
              </option>
            ))}
          </select>
          <p id={`${id}-effort-hint`} className="mt-1 text-xs text-faint">
            {text('parameters.reasoningEffort.hint')}
          </p>
        </div>
      </div>
    </fieldset>
  )
}
