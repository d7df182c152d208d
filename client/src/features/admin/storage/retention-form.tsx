import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { retentionKeys, retentionToTexts, textsToRetention, textToDays, type Retention } from './retention-fields.ts'
import { Problem } from '../../../ui/problem.tsx'
import { useSaveSettings } from '../use-save-settings.ts'

/** For how many days the server keeps what nobody uses any more. */
export function RetentionForm({ retention, isFixed }: { readonly retention: Retention; readonly isFixed: boolean }) {
  const text = useText()
  const saving = useSaveSettings()
  const [texts, setTexts] = useState(() => retentionToTexts(retention))
  const typed = textsToRetention(texts)
  const isChanged = typed === null || retentionKeys.some((key) => typed[key] !== retention[key])

  const save = () => {
    if (typed === null) return
    saving.save({ retention: typed }, text('admin.storage.keep.saved'))
  }

  return (
    <form
      className="space-y-3"
      data-testid="retention-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <fieldset className="rounded-md border border-line p-4" disabled={isFixed}>
        <legend className="px-1 text-sm font-medium">{text('admin.storage.keep')}</legend>
        <p className="mb-3 text-sm text-soft">{text('admin.storage.keep.about')}</p>
        <div className="grid gap-3 sm:grid-cols-3">
          {retentionKeys.map((key) => {
            const isWrong = textToDays(texts[key]) === undefined
            return (
              <label key={key} className="flex flex-col justify-between text-sm">
                <span className="mb-1 block text-soft">{text(`admin.storage.keep.${key}`)}</span>
                <input
                  inputMode="numeric"
                  autoComplete="off"
                  placeholder={text('admin.storage.keep.for-ever')}
                  value={texts[key]}
                  aria-invalid={isWrong}
                  onChange={(event) => setTexts({ ...texts, [key]: event.target.value })}
                  className={`h-9 w-full rounded-md border bg-paper px-2.5 tabular-nums touch:h-11 ${isWrong ? 'border-danger' : 'border-line-strong'}`}
                />
              </label>
            )
          })}
        </div>
      </fieldset>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" tone="accent" disabled={!isChanged || typed === null || isFixed || saving.isPending}>
          {text('admin.storage.keep.save')}
        </Button>
        {typed === null && <Problem>{text('admin.storage.keep.wrong')}</Problem>}
      </div>
    </form>
  )
}
