import type { ReasoningPart as Reasoning } from '@holdfast/shared'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { Markdown } from '../../../markdown/markdown.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { useRememberedToggle } from '../../../lib/use-remembered-toggle.ts'

export interface ReasoningPartProps {
  /** Identifies it for as long as the page is open. */
  readonly id: string
  readonly part: Reasoning
  readonly isGrowing: boolean
}

/** The model's reasoning: open with a running clock while it grows, collapsed afterwards. */
export function ReasoningPart({ id, part, isGrowing }: ReasoningPartProps) {
  const text = useText()
  const contentId = useId()
  const [isOpen, toggle] = useRememberedToggle(`thought-${id}`, isGrowing)
  const elapsedMs = useElapsed(part.durationMs, isGrowing)
  const label = text('reasoning.done')
  return (
    <div className="text-sm" data-testid="reasoning" data-part="reasoning" data-growing={isGrowing}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? contentId : undefined}
        onClick={toggle}
        className="-ml-1 inline-flex min-h-7 items-center gap-1 rounded-sm py-0.5 pr-2 pl-1 text-faint hover:text-ink touch:min-h-11"
      >
        <ChevronRight size={14} aria-hidden className={`transition-transform duration-150 ${isOpen ? 'rotate-90' : ''}`} />
        {isGrowing ? (
          <>
            <span>{text('reasoning.growing')}</span>
            {/* Hidden from screen readers, which would read out every second. */}
            <span aria-hidden className="tabular-nums" data-testid="reasoning-clock">
              {toTime(elapsedMs ?? 0, text)}
            </span>
          </>
        ) : (
          <span className="tabular-nums">{toDone(elapsedMs, text)}</span>
        )}
      </button>
      {isOpen && (
        <div
          id={contentId}
          role="group"
          aria-label={label}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to get there
          tabIndex={isGrowing ? 0 : undefined}
          className={`mt-1 border-l border-line pl-4 [&_.prose]:text-[0.9rem] [&_.prose]:text-soft ${
            // Reversed, so that the newest line stays in sight without scrolling.
            isGrowing ? 'flex max-h-56 flex-col-reverse overflow-y-auto overscroll-contain' : ''
          }`}
        >
          <Markdown text={part.text} isGrowing={isGrowing} />
        </div>
      )}
    </div>
  )
}

/** The duration that the server reported, plus the time that has passed here since. */
function useElapsed(durationMs: number | undefined, isGrowing: boolean): number | undefined {
  const now = useNow(isGrowing ? 1_000 : null)
  const [known, setKnown] = useState({ durationMs, at: now })
  if (known.durationMs !== durationMs) setKnown({ durationMs, at: now })
  return isGrowing ? (durationMs ?? 0) + now - known.at : durationMs
}

function toDone(durationMs: number | undefined, text: Text): string {
  if (durationMs === undefined) return text('reasoning.done')
  return durationMs < 1_000 ? text('reasoning.done.moment') : text('reasoning.done.time', { time: toTime(durationMs, text) })
}

function toTime(ms: number, text: Text): string {
  const seconds = Math.round(ms / 1_000)
  return seconds < 60
    ? text('duration.seconds', { seconds })
    : text('duration.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })
}
