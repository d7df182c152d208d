import type { AccessToken } from '@holdfast/shared'
import { CircleAlert, KeyRound } from 'lucide-react'
import { useState } from 'react'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmRow } from '../../ui/confirm-row.tsx'
import { formatWhen } from '../../ui/format-time.ts'
import { useNow } from '../../ui/use-now.ts'

const minuteMs = 60_000

/** A token in the list. Revoking needs confirmation, because programs that use the token stop working. */
export function TokenItem({ token, onRevoke }: { readonly token: AccessToken; readonly onRevoke: () => void }) {
  const text = useText()
  const now = useNow(minuteMs)
  const [isAsking, setAsking] = useState(false)
  const isExpired = token.expiresAt !== null && Date.parse(token.expiresAt) <= now
  const expiry =
    token.expiresAt === null
      ? text('tokens.expires.never')
      : text(isExpired ? 'tokens.expired' : 'tokens.expires', { when: formatWhen(token.expiresAt, locale) })
  return (
    <li className="py-3" data-testid="token" data-token-id={token.id}>
      <div className="flex items-start gap-3">
        <KeyRound size={15} aria-hidden className="mt-1 shrink-0 text-faint" />
        <div className="min-w-0 flex-1 text-sm">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium wrap-anywhere">{token.name}</span>
            <span className="font-mono text-xs text-faint">{token.prefix}…</span>
          </p>
          <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-faint tabular-nums">
            <span>{token.scopes.map((scope) => text(`tokens.scope.${scope}`)).join(', ')}</span>
            <span className={isExpired ? 'inline-flex items-center gap-1 text-danger-ink' : ''}>
              {isExpired && <CircleAlert size={12} aria-hidden />}
              {expiry}
            </span>
            <span>
              {token.lastUsedAt === null
                ? text('tokens.unused')
                : text('tokens.used', { when: formatWhen(token.lastUsedAt, locale) })}
            </span>
          </p>
        </div>
        {!isAsking && (
          <Button
            size="small"
            tone="quiet"
            aria-label={text('tokens.revoke.label', { name: token.name })}
            onClick={() => setAsking(true)}
          >
            {text('tokens.revoke')}
          </Button>
        )}
      </div>
      {isAsking && (
        <ConfirmRow
          label={text('tokens.revoke.label', { name: token.name })}
          about={text('tokens.revoke.about')}
          action={text('tokens.revoke')}
          onKeep={() => setAsking(false)}
          onConfirm={onRevoke}
          testId="revoke"
        />
      )}
    </li>
  )
}
