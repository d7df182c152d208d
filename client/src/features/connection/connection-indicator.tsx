import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../transport/client-context.tsx'
import { useStore } from '../../use-store.ts'

const dots = {
  live: 'bg-accent',
  connecting: 'bg-line-strong',
  reconnecting: 'bg-warm',
  offline: 'bg-danger',
}

/** Always in sight: whether this page hears the server. A dot, and the word for it when something is to be said. */
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
