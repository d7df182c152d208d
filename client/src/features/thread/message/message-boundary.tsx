import { useState, type ReactNode } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { useText } from '../../../i18n/use-text.ts'
import { isForeignChange, maxRedraws, Redraw } from '../../../ui/redraw.tsx'

export interface MessageBoundaryProps {
  /** Shown instead of a message that failed to render. */
  readonly source: string
  readonly children: ReactNode
}

/** An error boundary for one message, so that the others stay on the page. */
export function MessageBoundary({ source, children }: MessageBoundaryProps) {
  const [redraws, setRedraws] = useState(0)
  return (
    <ErrorBoundary
      resetKeys={[source]}
      fallbackRender={({ error, resetErrorBoundary }) =>
        isForeignChange(error) && redraws < maxRedraws ? (
          <Redraw
            onRedraw={() => {
              setRedraws(redraws + 1)
              resetErrorBoundary()
            }}
          />
        ) : (
          <Source source={source} />
        )
      }
    >
      {children}
    </ErrorBoundary>
  )
}

function Source({ source }: { readonly source: string }) {
  const text = useText()
  return (
    <div data-testid="message-source">
      <p role="status" className="mb-2 text-sm text-soft">
        {text('thread.message.source')}
      </p>
      <pre className="overflow-auto font-mono text-sm wrap-anywhere whitespace-pre-wrap">{source}</pre>
    </div>
  )
}
