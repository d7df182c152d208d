import type { ToolCallPart } from '@holdfast/shared'
import { ChevronRight, Hand } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useRef, useState, type MouseEvent, type RefObject } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { bindings } from '../../../shortcuts/bindings.ts'
import { shortcutAria, shortcutHint } from '../../../shortcuts/hint.ts'
import { Button } from '../../../ui/button.tsx'
import { formatTimeLeft } from '../../../ui/format-time.ts'
import { useNow } from '../../../ui/use-now.ts'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { useStore } from '../../../lib/use-store.ts'
import type { ThreadActions } from '../model/thread-actions.ts'
import { isDeleting, toolCallToWords } from '../model/tool-call-words.ts'
import { useFocusAfter } from './use-focus-after.ts'
import { useRememberedToggle } from '../../../lib/use-remembered-toggle.ts'

const ToolCallDetails = lazyPart(() => import('./tool-call-details.tsx').then((module) => module.ToolCallDetails))
const ApprovalOptions = lazyPart(() => import('./decisions/approval-options.tsx').then((module) => module.ApprovalOptions))

export interface ApprovalCardProps {
  readonly messageId: string
  readonly call: ToolCallPart
  /** The decision of this tab that the server has not confirmed yet. */
  readonly decision: boolean | undefined
  readonly actions: ThreadActions
}

/** Asks for approval of a tool call. It stays in sight until it is answered or expires. */
export function ApprovalCard({ messageId, call, decision, actions }: ApprovalCardProps) {
  const text = useText()
  const id = useId()
  const [isOpen, toggle] = useRememberedToggle(call.callId)
  // These buttons would decide without what is being written.
  const [isWriting, setWriting] = useState(false)
  const card = useRef<HTMLDivElement>(null)
  const { action, subject } = toolCallToWords(call, text)
  const question = call.question ?? text('approval.question', { action: subject === null ? action : `${action}: ${subject}` })
  const way = isDeleting(call.name) ? 'delete' : 'allow'
  const isSettled = call.state !== 'waiting'
  const isApproved = isSettled ? call.state !== 'denied' : decision
  const isDecided = isApproved !== undefined
  const isInPlace = useIsInPlace(card)
  const decide = (approve: boolean) => (event: MouseEvent) => {
    // A press of a key is meant for the button that has the focus, wherever that is.
    if (isInPlace || event.detail === 0) actions.decide(messageId, call.callId, approve)
  }
  useKeepFocus(card, isDecided)
  useFocusAfter(card)
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
      data-decision={isDecided ? (isApproved ? 'approved' : 'denied') : undefined}
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
          {!isWriting && (
            <>
              <Button
                tone={way === 'delete' ? 'danger' : 'accent'}
                disabled={isDecided}
                title={shortcutHint('approve')}
                aria-keyshortcuts={shortcutAria('approve')}
                aria-describedby={`${id}-question`}
                aria-disabled={!isInPlace || undefined}
                onClick={decide(true)}
                data-testid="approve"
              >
                {text(`approval.${way}.approve`)}
              </Button>
              <Button
                disabled={isDecided}
                title={shortcutHint('deny')}
                aria-keyshortcuts={shortcutAria('deny')}
                aria-describedby={`${id}-question`}
                aria-disabled={!isInPlace || undefined}
                onClick={decide(false)}
                data-testid="deny"
              >
                {text(`approval.${way}.deny`)}
              </Button>
            </>
          )}
          <span role="status" className="text-[0.8125rem] text-soft">
            {isDecided && text(toDecidedText(isSettled, isApproved))}
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
        {!isDecided && <ApprovalOptions messageId={messageId} call={call} onWriting={setWriting} />}
      </div>
      {isOpen && (
        <div id={id} className="border-t border-warm/30 px-4 py-2.5">
          <ToolCallDetails call={call} />
        </div>
      )}
    </div>
  )
}

function toDecidedText(isSettled: boolean, isApproved: boolean) {
  if (isSettled) return isApproved ? 'approval.approved' : 'approval.denied'
  return isApproved ? 'approval.approving' : 'approval.denying'
}

const inPlaceMs = 500
const movedPx = 4

/** False for a moment after the card has appeared or was moved: a click then was meant for what had been there. */
function useIsInPlace(card: RefObject<HTMLDivElement | null>): boolean {
  const [isInPlace, setInPlace] = useState(false)
  useEffect(() => {
    const element = card.current
    if (!element) return
    const wait = () => setTimeout(() => setInPlace(true), inPlaceMs)
    let timer = wait()
    let top = element.getBoundingClientRect().top
    const observer = new ResizeObserver(() => {
      const before = top
      top = element.getBoundingClientRect().top
      if (Math.abs(top - before) < movedPx) return
      setInPlace(false)
      clearTimeout(timer)
      timer = wait()
    })
    observer.observe(element.closest('article') ?? element)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [card])
  return isInPlace
}

function TimeLeft({ expiresAt }: { readonly expiresAt: string }) {
  const text = useText()
  const at = Date.parse(expiresAt)
  const now = useNow(1_000)
  const leftMs = at - now
  return (
    <time dateTime={expiresAt} className="tabular-nums" data-testid="expiry">
      {leftMs > 0 ? text('approval.expires', { left: formatTimeLeft(leftMs, locale) }) : text('approval.expired')}
    </time>
  )
}

/** The focused button is disabled and then removed: the focus moves to the question, and then to its message. */
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
