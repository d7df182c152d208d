import { auditActions, type AuditRecord } from '@holdfast/shared'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import type { AuditFilter } from './audit-filter.ts'

/** One record: what was done, by whom, to what, from where and when. */
export function AuditRow({
  record,
  onUser,
}: {
  readonly record: AuditRecord
  readonly onUser: (user: NonNullable<AuditFilter['user']>) => void
}) {
  const text = useText()
  const { actorId, address, seq, hash } = record
  const details = detailsToText(record.details)
  const name = toActorName(record, text)
  return (
    <li className="border-b border-line py-2.5 text-sm last:border-b-0" data-testid="audit-record" data-action={record.action}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="min-w-0">
          <span className="font-medium">{toActionName(record.action, text)}</span>{' '}
          {actorId === null ? (
            <span className="text-soft">{name}</span>
          ) : (
            <button
              type="button"
              className="rounded-sm text-soft underline decoration-line-strong underline-offset-2 hover:text-ink touch:min-h-6"
              aria-label={text('audit.person.only', { name })}
              onClick={() => onUser({ id: actorId, name })}
            >
              <bdi>{name}</bdi>
            </button>
          )}
        </p>
        <time dateTime={record.at} className="text-xs text-faint tabular-nums">
          {new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(record.at))}
        </time>
      </div>
      <p className="mt-0.5 text-xs wrap-anywhere text-soft">
        {[toTarget(record), address, details].filter((part) => part !== null && part !== '').join(' · ')}
      </p>
      <p className="mt-0.5 font-mono text-[0.7rem] text-faint" title={hash ?? undefined}>
        {seq === null ? text('audit.unsealed') : `#${seq} ${hash?.slice(0, 12) ?? ''}`}
      </p>
    </li>
  )
}

function toActionName(action: string, text: Text): string {
  const known = auditActions.find((name) => name === action)
  return known === undefined ? action : text(`audit.action.${known}`)
}

function toActorName({ actorId, actorName }: AuditRecord, text: Text): string {
  if (actorId === null) return text('audit.nobody')
  return actorName ?? text('audit.gone', { id: actorId.slice(0, 8) })
}

/** A person who did something to themselves is named already. */
function toTarget({ actorId, targetType, targetId }: AuditRecord): string | null {
  if (targetType === null || targetId === actorId) return null
  return targetId === null ? targetType : `${targetType} ${targetId}`
}

function detailsToText(details: AuditRecord['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
