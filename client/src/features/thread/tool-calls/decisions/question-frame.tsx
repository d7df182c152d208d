import type { LucideIcon } from 'lucide-react'
import { useId, useRef, type ReactNode } from 'react'
import { useFocusAfter } from '../use-focus-after.ts'

export interface QuestionFrameProps {
  readonly icon: LucideIcon
  /** What kind of question it is. */
  readonly kind: string
  readonly question: string
  readonly callId: string
  readonly testId: string
  readonly problem: string | null
  readonly children: ReactNode
}

/** A question about a tool call, in the frame of an approval. */
export function QuestionFrame({ icon: Icon, kind, question, callId, testId, problem, children }: QuestionFrameProps) {
  const id = useId()
  const card = useRef<HTMLDivElement>(null)
  useFocusAfter(card)
  return (
    <div
      ref={card}
      role="group"
      aria-labelledby={id}
      className="rise rounded-md border border-warm/45 bg-warm-wash/60 px-4 pt-3 pb-3.5 text-sm"
      data-testid={testId}
      data-call-id={callId}
    >
      <p className="flex items-center gap-2 text-xs font-medium text-warm-ink">
        <Icon size={14} aria-hidden />
        {kind}
      </p>
      <p id={id} className="mt-1.5 text-base font-medium wrap-anywhere whitespace-pre-wrap">
        {question}
      </p>
      {children}
      {problem !== null && (
        <p role="alert" className="mt-3 text-[0.8125rem] wrap-anywhere text-danger-ink">
          {problem}
        </p>
      )}
    </div>
  )
}
