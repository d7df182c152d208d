import { useId } from 'react'
import { useText } from '../../../../i18n/use-text.ts'
import { Field } from '../../../../ui/field.tsx'
import type { FieldValue, FormField } from './form-fields.ts'
import '../../../../i18n/later-english.ts'

export interface FormFieldViewProps {
  readonly field: FormField
  readonly value: FieldValue
  readonly onValue: (value: FieldValue) => void
}

/** A field of a tool's form. */
export function FormFieldView({ field, value, onValue }: FormFieldViewProps) {
  const id = useId()
  const text = useText()
  const { control, isRequired } = field
  const label = isRequired ? field.label : text('decision.form.optional', { label: field.label })
  const hint = field.hint === null ? {} : { hint: field.hint }
  switch (control.type) {
    case 'text': {
      const { inputType, minLength, maxLength } = control
      return (
        <Field
          label={label}
          {...hint}
          type={inputType}
          required={isRequired}
          minLength={minLength}
          maxLength={maxLength}
          value={String(value)}
          onChange={(event) => onValue(event.target.value)}
        />
      )
    }
    case 'number': {
      const { isWhole, min, max } = control
      return (
        <Field
          label={label}
          {...hint}
          type="number"
          step={isWhole ? 1 : 'any'}
          required={isRequired}
          min={min}
          max={max}
          value={String(value)}
          onChange={(event) => onValue(event.target.value)}
        />
      )
    }
    case 'boolean':
      return (
        <CheckChoice
          label={field.label}
          hint={field.hint}
          isChecked={value === true}
          onChecked={(isChecked) => onValue(isChecked)}
        />
      )
    case 'choice':
      return (
        <div>
          <label htmlFor={id} className="mb-1 block text-sm font-medium">
            {label}
          </label>
          <select
            id={id}
            required={isRequired}
            value={String(value)}
            onChange={(event) => onValue(event.target.value)}
            aria-describedby={field.hint === null ? undefined : `${id}-hint`}
            className="h-10 w-full rounded-md border border-line-strong bg-paper px-3 text-base touch:h-11"
          >
            <option value="">{text('decision.form.choose')}</option>
            {control.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          {field.hint !== null && (
            <p id={`${id}-hint`} className="mt-1 text-xs text-faint">
              {field.hint}
            </p>
          )}
        </div>
      )
    case 'choices': {
      const chosen = Array.isArray(value) ? (value as readonly string[]) : []
      return (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">{label}</legend>
          {field.hint !== null && <p className="mb-1 text-xs text-faint">{field.hint}</p>}
          {control.options.map((option) => (
            <CheckChoice
              key={option.value}
              label={option.label}
              hint={null}
              isChecked={chosen.includes(option.value)}
              onChecked={(isChecked) =>
                onValue(isChecked ? [...chosen, option.value] : chosen.filter((one) => one !== option.value))
              }
            />
          ))}
        </fieldset>
      )
    }
  }
}

interface CheckChoiceProps {
  readonly label: string
  readonly hint: string | null
  readonly isChecked: boolean
  readonly onChecked: (isChecked: boolean) => void
}

function CheckChoice({ label, hint, isChecked, onChecked }: CheckChoiceProps) {
  return (
    <label className="flex min-h-8 items-start gap-2.5 py-1 text-sm touch:min-h-11">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={(event) => onChecked(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0">
        {label}
        {hint !== null && <span className="block text-xs text-faint">{hint}</span>}
      </span>
    </label>
  )
}
