import { Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import type { ConnectionState } from '../../sdk/transport/connection.ts'
import { useClient } from '../../react/client-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useSecondsUntil } from '../../ui/seconds-until.ts'
import { useStore } from '../../lib/use-store.ts'
import { connectionToSentence } from './connection-sentence.ts'

/** A shorter interruption is not mentioned. */
const patienceMs = 1_500

/** Says what happened to the connection, what is safe, and when the next attempt is made. Nothing while it is live. */
export function ConnectionNotice({ isAnswerRunning }: { readonly isAnswerRunning: boolean }) {
  const text = useText()
  const { connection } = useClient()
  const state = useStore(connection)
  const isShown = useLasting(state.status !== 'live' && state.status !== 'connecting', patienceMs)
  const seconds = useSecondsUntil(toRetryAt(state))
  const sentence = connectionToSentence(state.status, { isAnswerRunning, seconds })
  if (!isShown || sentence === null) return null
  return (
    <Notice
      tone="warm"
      icon={<Unplug size={16} aria-hidden />}
      className="rise tabular-nums"
      testId="connection-notice"
      actions={
        <Button size="small" onClick={connection.retryNow} data-testid="retry-now">
          {text('connection.retry')}
        </Button>
      }
    >
      {text(sentence.id, sentence.values)}
    </Notice>
  )
}

function toRetryAt(state: ConnectionState): number | null {
  return state.status === 'reconnecting' ? state.retryAt : null
}

/** True once a condition has held for a while; false as soon as it ends. */
function useLasting(holds: boolean, forMs: number): boolean {
  const [hasLasted, setLasted] = useState(false)
  if (hasLasted && !holds) setLasted(false)
  useEffect(() => {
    if (!holds) return
    const timer = setTimeout(() => setLasted(true), forMs)
    return () => clearTimeout(timer)
  }, [holds, forMs])
  return holds && hasLasted
}
