import { isBlank, maxCategoryLength, maxPlannerDescriptionLength, maxPlannerTitleLength, type Id } from '@holdfast/shared'
import { ChevronDown } from 'lucide-react'
import { useId, useRef, useState, type ReactNode } from 'react'
import { isComposing } from '../../../lib/is-composing.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { useGrowingHeight } from '../../../ui/use-growing-height.ts'

export interface EditValues {
  readonly title: string
  readonly description: string | null
  readonly category: string | null
  readonly date: string | null
  /** Id of the task's milestone, or of the milestone's goal. */
  readonly parentId: Id | null
}

export interface EditFormProps {
  /** The accessible name of the form. */
  readonly label: string
  readonly values: EditValues
  readonly dateLabel: string
  readonly withDescription?: boolean
  /** Suggested categories. Without them there is no category field. */
  readonly categories?: readonly string[]
  readonly parents?: {
    readonly label: string
    readonly none: string
    readonly options: readonly { readonly id: Id; readonly title: string }[]
  }
  readonly saveLabel: string
  readonly onSave: (values: EditValues) => void
  readonly onCancel: () => void
}

const boxClass = 'w-full min-w-0 rounded-sm border border-line-strong bg-paper px-2 text-sm touch:text-base'
const fieldClass = `${boxClass} h-8 touch:h-11`

/** A form that replaces a goal, milestone or task in its list. Enter saves, Escape cancels. */
export function EditForm(props: EditFormProps) {
  const { parents, categories } = props
  const text = useText()
  const id = useId()
  const [values, setValues] = useState(props.values)
  const set = (change: Partial<EditValues>) => setValues((before) => ({ ...before, ...change }))
  const description = useRef<HTMLTextAreaElement>(null)
  useGrowingHeight(description, values.description ?? '')
  const isSavable = !isBlank(values.title)
  const save = () => {
    if (isSavable)
      props.onSave({
        ...values,
        title: values.title.trim(),
        description: toText(values.description),
        category: toText(values.category),
      })
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of its fields
    <form
      aria-label={props.label}
      className="w-full space-y-2 rounded-md border border-line-strong bg-raised p-2.5"
      data-testid="edit-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return
        if (event.key === 'Escape') {
          event.preventDefault()
          event.stopPropagation()
          props.onCancel()
        }
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault()
          save()
        }
      }}
    >
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person has just asked to write here
        autoFocus
        aria-label={text('planner.title-field')}
        placeholder={text('planner.title-field')}
        className={`${fieldClass} font-medium`}
        value={values.title}
        maxLength={maxPlannerTitleLength}
        required
        dir="auto"
        onChange={(event) => set({ title: event.target.value })}
      />
      {props.withDescription && (
        <textarea
          ref={description}
          aria-label={text('planner.description')}
          placeholder={text('planner.description')}
          rows={2}
          dir="auto"
          className={`${boxClass} field-sizing-content max-h-40 resize-none py-1.5 leading-relaxed`}
          value={values.description ?? ''}
          maxLength={maxPlannerDescriptionLength}
          onChange={(event) => set({ description: event.target.value })}
        />
      )}
      <div className="grid grid-cols-1 gap-2 @xs:grid-cols-2">
        <Labelled label={props.dateLabel}>
          <input
            type="date"
            className={fieldClass}
            value={values.date ?? ''}
            max="9999-12-31"
            onChange={(event) => set({ date: event.target.value || null })}
          />
        </Labelled>
        {categories && (
          <Labelled label={text('planner.category')}>
            <input
              className={fieldClass}
              list={`${id}-categories`}
              value={values.category ?? ''}
              maxLength={maxCategoryLength}
              onChange={(event) => set({ category: event.target.value })}
            />
            <datalist id={`${id}-categories`}>
              {categories.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </datalist>
          </Labelled>
        )}
        {parents && parents.options.length > 0 && (
          <Labelled label={parents.label} className="@xs:col-span-2">
            <select
              className={`${fieldClass} appearance-none truncate pr-7`}
              value={values.parentId ?? ''}
              onChange={(event) => set({ parentId: event.target.value || null })}
            >
              <option value="">{parents.none}</option>
              {parents.options.map((option) => (
                <option key={option.id} value={option.id}>
                  {option.title}
                </option>
              ))}
            </select>
            <ChevronDown
              size={12}
              aria-hidden
              className="pointer-events-none absolute right-2.5 bottom-2.5 text-faint touch:bottom-4"
            />
          </Labelled>
        )}
      </div>
      <div className="flex justify-end gap-1.5 pt-0.5">
        <Button size="small" tone="quiet" onClick={props.onCancel}>
          {text('cancel')}
        </Button>
        <Button size="small" tone="accent" type="submit" disabled={!isSavable} data-testid="edit-save">
          {props.saveLabel}
        </Button>
      </div>
    </form>
  )
}

function Labelled({
  label,
  className = '',
  children,
}: {
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <label className={`relative block min-w-0 ${className}`}>
      <span className="mb-0.5 block text-xs text-faint">{label}</span>
      {children}
    </label>
  )
}

function toText(value: string | null): string | null {
  return value === null || isBlank(value) ? null : value.trim()
}
