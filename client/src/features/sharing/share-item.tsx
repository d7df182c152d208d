import type { Share } from '@holdfast/shared'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { formatDateTime } from '../../ui/format-time.ts'
import { useNow } from '../../ui/use-now.ts'

const minuteMs = 60_000

/** A link in the list. */
export function ShareItem({ share, onRevoke }: { readonly share: Share; readonly onRevoke: () => void }) {
  const text = useText()
  const now = useNow(minuteMs)
  const { kind, url, views, createdAt, expiresAt } = share
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now
  return (
    <li className="space-y-2 py-3" data-testid="share" data-share-id={share.id}>
      <div className="flex items-start gap-3">
        <p className="flex min-w-0 flex-1 flex-wrap gap-x-3 text-xs text-faint tabular-nums">
          <span className="text-sm font-medium text-ink">{text(`share.kind.${kind}`)}</span>
          <span>{formatDateTime(createdAt, locale)}</span>
          {expiresAt !== null && (
            <span className={isOver ? 'text-danger-ink' : ''}>
              {isOver ? text('share.ended') : text('share.ends', { when: formatDateTime(expiresAt, locale) })}
            </span>
          )}
          <span data-testid="share-views">{text('share.views', { count: views })}</span>
        </p>
        <Button
          size="small"
          tone="quiet"
          aria-label={text('share.revoke.label', { when: formatDateTime(createdAt, locale) })}
          onClick={onRevoke}
          data-testid="share-revoke"
        >
          {text('share.revoke')}
        </Button>
      </div>
      {url === null ? (
        <p className="text-sm text-soft">{text('share.link.lost')}</p>
      ) : (
        <Copyable label={text('share.link')} content={url} testId="share-url" />
      )}
    </li>
  )
}
