import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'

export interface Announcer {
  /** Announces politely, when the screen reader is idle: an answer begins or ends. */
  readonly say: (sentence: string) => void
  /** Announces immediately: something failed. */
  readonly warn: (sentence: string) => void
}

const AnnouncerContext = createContext<Announcer | null>(null)

/**
 * Renders two live regions from the start, because screen readers often ignore a region that appears together with its text. Streaming
 * text is never in one.
 */
export function AnnouncerProvider({ children }: { readonly children: ReactNode }) {
  const [polite, setPolite] = useState({ sentence: '', count: 0 })
  const [assertive, setAssertive] = useState({ sentence: '', count: 0 })
  const say = useCallback((sentence: string) => setPolite(({ count }) => ({ sentence, count: count + 1 })), [])
  const warn = useCallback((sentence: string) => setAssertive(({ count }) => ({ sentence, count: count + 1 })), [])
  const announcer = useMemo(() => ({ say, warn }), [say, warn])
  return (
    <AnnouncerContext value={announcer}>
      {children}
      <div className="sr-only" role="status" aria-live="polite">
        {/* A new key, so that the same sentence is announced again. */}
        <span key={polite.count}>{polite.sentence}</span>
      </div>
      <div className="sr-only" role="alert" aria-live="assertive">
        <span key={assertive.count}>{assertive.sentence}</span>
      </div>
    </AnnouncerContext>
  )
}

export function useAnnouncer(): Announcer {
  const announcer = useContext(AnnouncerContext)
  if (!announcer) throw new Error('useAnnouncer needs an AnnouncerProvider')
  return announcer
}
