import type { AccountSession } from '@holdfast/shared'
import { MonitorSmartphone } from 'lucide-react'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { formatWhen } from '../../ui/format-time.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { userAgentToDevice } from './user-agent-to-device.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

/** The browsers in which this account is signed in. */
export function SessionList() {
  const text = useText()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const list = trpc.account.sessions.list.useQuery(undefined, { refetchOnMount: 'always' })
  const revoke = trpc.account.sessions.revoke.useMutation()
  const onRevoke = (sessionId: string) => {
    utils.account.sessions.list.setData(
      undefined,
      (before) => before && { items: before.items.filter(({ id }) => id !== sessionId) },
    )
    revoke.mutate(
      { sessionId },
      {
        onError: showFailure,
        onSettled: () => void utils.account.sessions.list.invalidate(),
      },
    )
  }
  return (
    <section aria-label={text('account.sessions')} data-testid="session-list">
      <h3 className="mb-2 font-medium">{text('account.sessions')}</h3>
      {list.isPending && <Skeleton className="w-2/3" />}
      {list.isError && (
        <p className="flex flex-wrap items-center gap-3 text-sm text-faint">
          {text('account.failed')}
          <Button size="small" onClick={() => void list.refetch()}>
            {text('try-again')}
          </Button>
        </p>
      )}
      {list.data && (
        <ul className="divide-y divide-line border-y border-line">
          {list.data.items.map((session) => (
            <SessionItem key={session.id} session={session} onRevoke={() => onRevoke(session.id)} />
          ))}
        </ul>
      )}
    </section>
  )
}

function SessionItem({ session, onRevoke }: { readonly session: AccountSession; readonly onRevoke: () => void }) {
  const text = useText()
  const parts = userAgentToDevice(session.userAgent)
  const device =
    parts === null
      ? text('account.sessions.unknown')
      : parts.system === null
        ? parts.browser
        : text('account.sessions.on', { browser: parts.browser, system: parts.system })
  return (
    <li className="flex items-center gap-3 py-2.5 text-sm">
      <MonitorSmartphone size={15} aria-hidden className="shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">{device}</p>
        <p className="flex flex-wrap gap-x-3 text-xs text-faint tabular-nums">
          <span>{text('account.sessions.used', { when: formatWhen(session.lastUsedAt, locale) })}</span>
          {session.address !== null && <span className="wrap-anywhere">{session.address}</span>}
        </p>
      </div>
      {session.isCurrent ? (
        <span className="shrink-0 text-xs font-medium text-accent-strong">{text('account.sessions.current')}</span>
      ) : (
        <Button
          size="small"
          tone="quiet"
          aria-label={text('account.sessions.end.label', { device })}
          onClick={onRevoke}
          data-testid="end-session"
        >
          {text('account.sessions.end')}
        </Button>
      )}
    </li>
  )
}
