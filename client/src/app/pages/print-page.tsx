import type { Id } from '@holdfast/shared'
import { Printer } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link, useSearch } from 'wouter'
import { useConversation } from '../../react/use-conversation.ts'
import { PrintedThread } from '../../features/thread/printed-thread.tsx'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { readBranch } from '../memory/branch-memory.ts'
import { conversationPath } from '../../lib/routes.ts'
import { whenIdle } from './when-idle.ts'

/**
 * `/c/ID/print`: the whole path of a conversation, every page of it loaded, on one page for paper or a PDF. The browser's dialog opens
 * when it is complete; with `?preview` it waits until it is asked for.
 */
export function PrintPage({ conversationId }: { readonly conversationId: Id }) {
  const text = useText()
  const isPreview = new URLSearchParams(useSearch()).has('preview')
  const { view, store } = useConversation(conversationId, readBranch(conversationId))
  const { status, earlier, conversation, messages } = view
  const isComplete = status === 'ready' && earlier === 'none'
  const hasFailed = status === 'failed' || status === 'missing' || earlier === 'failed'
  const title = conversation?.title ?? ''
  useEffect(() => {
    if (status === 'ready' && earlier === 'available') void store.loadEarlier()
  }, [status, earlier, store, messages])

  const contentRef = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const content = contentRef.current
    if (!isComplete || !content) return
    // Browsers use the title as the name of a saved PDF.
    document.title = title
    const leaving = new AbortController()
    void whenIdle(content, leaving.signal).then((isStill) => {
      if (!isStill) return
      content.dataset['ready'] = 'true'
      if (!isPreview) window.print()
    })
    return () => leaving.abort()
  }, [isComplete, isPreview, title])

  return (
    <main className="h-full overflow-y-auto bg-paper">
      <div className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-paper px-4 py-2" data-chrome="">
        <Link href={conversationPath(conversationId)} className="mr-auto rounded-sm px-2 py-1 text-sm text-soft hover:bg-hover">
          {text('print.back')}
        </Link>
        {isComplete ? (
          <Button tone="accent" size="small" onClick={() => window.print()} data-testid="print">
            <Printer size={14} aria-hidden />
            {text('print')}
          </Button>
        ) : (
          <p className="text-sm text-faint tabular-nums" role="status">
            {hasFailed ? text('print.failed') : text('print.loading', { count: messages.length })}
          </p>
        )}
        {hasFailed && (
          <Button size="small" onClick={() => (earlier === 'failed' ? void store.loadEarlier() : store.reload())}>
            {text('try-again')}
          </Button>
        )}
      </div>
      {/* Made once: thousands of messages are not rendered again with each page that comes. */}
      {isComplete && (
        <div ref={contentRef} data-testid="printed-conversation">
          <PrintedThread title={title} messages={messages} isPartial={false} />
        </div>
      )}
    </main>
  )
}
