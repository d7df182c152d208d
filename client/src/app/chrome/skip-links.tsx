import { useText } from '../../i18n/use-text.ts'
import { focusComposer } from './focus-composer.ts'
import { useThreadHandle } from './thread-handle-context.tsx'

/** Skip links, the first stops of the Tab key: past the conversations to the composer and the last answer. */
export function SkipLinks({ hasThread }: { readonly hasThread: boolean }) {
  const text = useText()
  const thread = useThreadHandle()
  return (
    <>
      <SkipLink label={text('skip-to-content')} onFollow={() => focusComposer() || document.getElementById('main')?.focus()} />
      {hasThread && <SkipLink label={text('skip-to-answer')} onFollow={() => thread.current?.showLastAnswer()} />}
    </>
  )
}

function SkipLink({ label, onFollow }: { readonly label: string; readonly onFollow: () => void }) {
  return (
    <a
      href="#main"
      className="sr-only z-50 rounded-md bg-raised px-3 py-2 shadow-overlay focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      onClick={(event) => {
        event.preventDefault()
        onFollow()
      }}
    >
      {label}
    </a>
  )
}
