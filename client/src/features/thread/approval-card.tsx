import type { ToolCallPart } from '@holdfast/shared'
import { ChevronRight, Hand } from 'lucide-react'
import { useId, useLayoutEffect, useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { bindings } from '../../shortcuts/bindings.ts'
import { shortcutAria, shortcutHint } from '../../shortcuts/hint.ts'
import { Button } from '../../ui/button.tsx'
import { formatTimeLeft } from '../../ui/format-time.ts'
import { useNow } from '../../ui/use-now.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useStore } from '../../use-store.ts'
import type { ThreadActions } from './thread-actions.ts'
import { isDeleting, toolCallToWords } from './tool-call-words.ts'
import { useRememberedToggle } from './use-remembered-toggle.ts'

const ToolCallDetails = lazyPart(() => import('./tool-call-details.tsx').then((module) => module.ToolCallDetails))

export interface ApprovalCardProps {
  readonly messageId: string
  readonly call: ToolCallPart
  /** What this tab has decided and the server does not say yet. */
  readonly decision: boolean | undefined
  readonly actions: ThreadActions
}

/** What a tool would do, as a question. Never hidden, and never gone before it is answered or its time is over. */
export function ApprovalCard({ messageId, call, decision, actions }: ApprovalCardProps) {
  const text = useText()
  const id = useId()
  const [isOpen, toggle] = useRememberedToggle(call.callId)
  const card = useRef<HTMLDivElement>(null)
  const { action, subject } = toolCallToWords(call, text)
  const question = call.question ?? text('approval.question', { action: subject === null ? action : `${action}: ${subject}` })
  const way = isDeleting(call.name) ? 'delete' : 'allow'
  const isDecided = decision !== undefined
  useKeepFocus(card, isDecided)
  useStore(bindings)
  return (
    <div
      ref={card}
      role="group"
      aria-labelledby={`${id}-question`}
      tabIndex={-1}
      className="rise rounded-md border border-warm/45 bg-warm-wash/60 text-sm outline-none"
      data-testid="approval"
      data-call-id={call.callId}
      data-decision={isDecided ? (decision ? 'approved' : 'denied') : undefined}
    >
      <div className="px-4 pt-3 pb-3.5">
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-warm-ink">
          <Hand size={14} aria-hidden />
          <span className="font-medium">{text('approval')}</span>
          {call.expiresAt && <TimeLeft expiresAt={call.expiresAt} />}
        </p>
        <p id={`${id}-question`} className="mt-1.5 text-base font-medium wrap-anywhere" data-testid="approval-question">
          {question}
        </p>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <Button
            tone={way === 'delete' ? 'danger' : 'accent'}
            disabled={isDecided}
            title={shortcutHint('approve')}
            aria-keyshortcuts={shortcutAria('approve')}
            aria-describedby={`${id}-question`}
            onClick={() => actions.decide(messageId, call.callId, true)}
            data-testid="approve"
          >
            {text(`approval.${way}`)}
          </Button>
          <Button
            disabled={isDecided}
            title={shortcutHint('deny')}
            aria-keyshortcuts={shortcutAria('deny')}
            aria-describedby={`${id}-question`}
            onClick={() => actions.decide(messageId, call.callId, false)}
            data-testid="deny"
          >
            {text(`approval.${way}.not`)}
          </Button>
          <span role="status" className="text-[0.8125rem] text-soft">
            {isDecided && text(decision ? 'approval.approving' : 'approval.denying')}
          </span>
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={toggle}
            className="ml-auto inline-flex h-7 items-center gap-1 rounded-sm px-1.5 text-xs text-faint hover:bg-hover hover:text-ink touch:h-11"
          >
            {text('approval.details')}
            <ChevronRight size={13} aria-hidden className={`transition-transform duration-150 ${isOpen ? 'rotate-90' : ''}`} />
          </button>
        </div>
      </div>
      {isOpen && (
        <div id={id} className="border-t border-warm/30 px-4 py-2.5">
          <ToolCallDetails call={call} />
        </div>
      )}
    </div>
  )
}

function TimeLeft({ expiresAt }: { readonly expiresAt: string }) {
  const text = useText()
  const at = Date.parse(expiresAt)
  const now = useNow(1_000)
  const leftMs = at - now
  return (
    <time dateTime={expiresAt} className="tabular-nums" data-testid="expiry">
      {leftMs > 0 ? text('approval.expires', { left: formatTimeLeft(leftMs, 'en') }) : text('approval.expired')}
    </time>
  )
}

/** The button that had the focus is disabled and then goes: the focus stays at the question, and then in its message. */
function useKeepFocus(card: { readonly current: HTMLDivElement | null }, isDecided: boolean): void {
  useLayoutEffect(() => {
    const element = card.current
    if (!isDecided || !element) return
    const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body
    const article = element.closest('article')
    if (hadFocus) element.focus({ preventScroll: true })
    return () => {
      if (document.activeElement === element || element.contains(document.activeElement)) article?.focus({ preventScroll: true })
    }
  }, [card, isDecided])
}
