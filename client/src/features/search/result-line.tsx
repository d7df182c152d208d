import type { SearchItem } from '@holdfast/shared'
import { Archive, MessageSquareText, Paperclip, UserRound, Wrench } from 'lucide-react'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { formatWhen } from '../../ui/format-time.ts'
import { Highlighted } from './highlighted.tsx'

/** A search result: the author, the conversation, the time, and the text around the match. */
export function ResultLine({ item, isShort = false }: { readonly item: SearchItem; readonly isShort?: boolean }) {
  const text = useText()
  const isAnswer = item.role === 'assistant'
  const Icon = isAnswer ? MessageSquareText : UserRound
  return (
    <span className="block min-w-0">
      <span className="flex min-w-0 items-center gap-2 text-xs text-faint">
        <Icon size={13} aria-hidden className="shrink-0" />
        <span className="sr-only">{text(isAnswer ? 'thread.assistant' : 'thread.you')}</span>
        <span className={`truncate ${isShort ? '' : 'font-medium text-soft'}`}>{item.conversationTitle}</span>
        {item.hasToolCalls && <Wrench size={12} aria-label={text('search.has-tools')} role="img" className="shrink-0" />}
        {item.archived && (
          <span className="flex shrink-0 items-center gap-1">
            <Archive size={12} aria-hidden />
            {text('search.archived')}
          </span>
        )}
        <time dateTime={item.createdAt} className="ml-auto shrink-0 tabular-nums">
          {formatWhen(item.createdAt, locale)}
        </time>
      </span>
      <span
        className={`mt-0.5 block wrap-anywhere text-ink ${isShort ? 'line-clamp-2 text-[0.8125rem] leading-snug' : 'leading-relaxed'}`}
        dir="auto"
      >
        {item.file && (
          <Paperclip
            size={13}
            aria-label={text('search.in-file')}
            role="img"
            className="mr-1 inline align-[-0.125em] text-faint"
          />
        )}
        <Highlighted text={item.snippet.text} ranges={item.snippet.ranges} />
      </span>
    </span>
  )
}
