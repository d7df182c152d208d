import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { useStore } from '../../lib/use-store.ts'

const dots = {
  live: 'bg-accent',
  connecting: 'bg-line-strong',
  reconnecting: 'bg-warm',
  offline: 'bg-danger',
  blocked: 'bg-danger',
}

/** Whether this page is connected to the server: a dot, with a word unless all is well. */
export function ConnectionIndicator() {
  const text = useText()
  const { connection } = useClient()
  const { status } = useStore(connection)
  return (
    <span
      className="inline-flex items-center gap-1.5 text-xs text-faint"
      title={text(`connection.${status}.about`)}
      data-testid="connection-state"
      data-state={status}
    >
      <span aria-hidden className={`system-colour size-1.5 rounded-full ${dots[status]}`} />
      {/* All is well: nothing to read, except for who cannot see the dot. */}
      <span className={status === 'live' ? 'sr-only' : ''}>{text(`connection.${status}`)}</span>
    </span>
  )
}
