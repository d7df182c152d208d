import type { UndoField, UndoItem, UndoKept } from '@holdfast/shared'
import { useId } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { formatWholeDay } from '../store/day.ts'

/** What an undo changes, item by item with the value now and the one afterwards, and what it keeps and why. */
export function UndoDiff({ items, kept }: { readonly items: readonly UndoItem[]; readonly kept: readonly UndoKept[] }) {
  const text = useText()
  const id = useId()
  return (
    <>
      {items.length > 0 && (
        <ul className="mt-3 space-y-2 text-sm" data-testid="undo-items">
          {items.map((item) => (
            <li key={item.id} className="rounded-md border border-line px-3 py-2" data-action={item.action}>
              <p className="wrap-anywhere">
                <span className="text-faint">{text(`undo.${item.kind}`)}</span>{' '}
                <span className="font-medium" dir="auto">
                  {item.title}
                </span>
                {item.action !== 'change' && <span className="text-soft"> {text(`undo.${item.action}`)}</span>}
              </p>
              {item.fields.length > 0 && (
                <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-[0.8125rem]">
                  {item.fields.map((field) => (
                    <Field key={field.field} {...field} />
                  ))}
                </dl>
              )}
            </li>
          ))}
        </ul>
      )}
      {kept.length > 0 && (
        <section className="mt-5" aria-labelledby={id} data-testid="undo-kept">
          <h3 id={id} className="mb-2 text-sm font-semibold">
            {text('undo.kept')}
          </h3>
          <ul className="space-y-1.5 text-sm">
            {kept.map((one) => (
              <li key={`${one.id}-${one.reason}`} className="wrap-anywhere">
                <span className="font-medium" dir="auto">
                  {one.title === '' ? text('undo.unknown-item') : one.title}
                </span>{' '}
                <span className="text-soft">{toReason(one, text)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Field({ field, from, to, fromTitle, toTitle }: UndoItem['fields'][number]) {
  const text = useText()
  return (
    <>
      <dt className="text-soft">{text(`undo.field.${field}`)}</dt>
      <dd className="min-w-0 wrap-anywhere" dir="auto">
        {field === 'position' ? (
          text('undo.position')
        ) : (
          <>
            <del className="text-faint">{toShown(field, from, fromTitle, text)}</del>{' '}
            <span className="sr-only">{text('undo.to')}</span>
            <ins className="font-medium no-underline">{toShown(field, to, toTitle, text)}</ins>
          </>
        )}
      </dd>
    </>
  )
}

const longest = 200

function toShown(field: UndoField, value: string | number | null, title: string | null | undefined, text: Text): string {
  if (field === 'completedAt') return text(value === null ? 'undo.no' : 'undo.yes')
  const shown = title === undefined ? value : title
  if (shown === null) return text('undo.none')
  if (field === 'dueDate' || field === 'targetDate') return formatWholeDay(String(shown), locale)
  if (field === 'status') return text(`undo.status.${shown as 'active' | 'completed' | 'abandoned'}`)
  const points = [...String(shown)]
  return points.length > longest ? `${points.slice(0, longest).join('')}…` : String(shown)
}

function toReason({ reason, fields }: UndoKept, text: Text): string {
  if (fields.length === 0 || (reason !== 'changed-by-person' && reason !== 'changed-by-answer'))
    return text(`undo.kept.${reason}`)
  const names = new Intl.ListFormat(locale).format(fields.map((field) => text(`undo.field.${field}`)))
  return text(`undo.kept.${reason}.fields`, { fields: names })
}
