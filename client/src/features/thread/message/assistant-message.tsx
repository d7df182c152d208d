import { isActive, isContinuable, type Message } from '@holdfast/shared'
import { RefreshCw, Volume2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { Markdown } from '../../../markdown/markdown.tsx'
import { AnswerFacts } from './answer-facts.tsx'
import type { AnswerNotesProps } from './answer-notes.tsx'
import { AnswerStatus } from './answer-status.tsx'
import { ApprovalCard } from '../tool-calls/approval-card.tsx'
import { BranchSwitcher } from './branch-switcher.tsx'
import { CopyButton } from './copy-button.tsx'
import { hasActions } from '../model/has-actions.ts'
import type { SegmentItem } from '../model/message-segment.ts'
import { MessageFiles } from './message-files.tsx'
import type { MessageItemProps } from './message-item-props.ts'
import { MessageMenu } from './message-menu.tsx'
import type { MessageReactionsProps } from './message-reactions.tsx'
import { partsToBlocks } from '../model/parts-to-blocks.ts'
import type { RemarkViewProps } from './remark-view.tsx'
import { ReasoningPart } from './reasoning-part.tsx'
import { ToolCallGroup } from '../tool-calls/tool-call-group.tsx'

const AnswerNotes = lazyPart<AnswerNotesProps>(() => import('./answer-notes.tsx').then((module) => module.AnswerNotes), {
  isQuiet: true,
})
const MessageReactions = lazyPart<MessageReactionsProps>(() =>
  import('./message-reactions.tsx').then((module) => module.MessageReactions),
)
const RemarkView = lazyPart<RemarkViewProps>(() => import('./remark-view.tsx').then((module) => module.RemarkView))
const ToolQuestion = lazyPart(() => import('../tool-calls/decisions/tool-question.tsx').then((module) => module.ToolQuestion))

/** An answer, or a segment of a long one, without a frame. Its status and its actions are below its end. */
export function AssistantMessage(props: MessageItemProps) {
  const { message, segment, isLast, actions } = props
  const text = useText()
  const [isReacting, setReacting] = useState(false)
  const { parts, status, pendingRemarks } = message
  const isOver = !isActive(status)
  const items = useMemo(
    () => segment?.items ?? partsToBlocks(parts, !isOver, pendingRemarks).map((block): SegmentItem => ({ block, text: null })),
    [segment, parts, isOver, pendingRemarks],
  )
  const isBelowOther = segment !== null && !segment.isFirst && items[0]?.text?.isContinued !== true
  const isEnd = segment?.isLast ?? true
  return (
    <>
      <div className={`space-y-3.5 ${isBelowOther ? 'pt-3.5' : ''}`} data-testid="message-content" data-part="message-content">
        {items.map((item) => (
          <BlockView key={item.block.key} item={item} {...props} />
        ))}
      </div>
      {/* A note says why there is something to continue. */}
      {isEnd && status === 'completed' && message.notes && <AnswerNotes notes={message.notes} />}
      {isEnd && <AnswerStatus {...props} />}
      {/* Where nothing was answered, it does not matter what was read. */}
      {isEnd && status !== 'completed' && message.content !== '' && message.notes && <AnswerNotes notes={message.notes} />}
      {isEnd && (isReacting || message.reactions) && (
        <MessageReactions message={message} isChoosing={isReacting} onChosen={() => setReacting(false)} />
      )}
      {isEnd && hasActions(message) && (
        <div
          data-chrome=""
          className={`mt-1.5 -ml-1.5 flex h-7 items-center gap-0.5 transition-opacity duration-150 touch:h-11 touch:opacity-100 ${isLast ? '' : 'opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100'}`}
        >
          {message.content !== '' && (
            <IconButton
              label={text('message.read-aloud')}
              size="small"
              className="select-none"
              onClick={() => actions.readAloud(message.id)}
              data-testid="read-aloud"
            >
              <Volume2 size={14} aria-hidden />
            </IconButton>
          )}
          {isOver && message.content !== '' && (
            <CopyButton content={message.content} onPlain={() => actions.copyPlain(message)} />
          )}
          {isOver && !needsAction(message) && (
            <IconButton
              label={text('message.regenerate')}
              size="small"
              onClick={() => actions.regenerate(message.id)}
              data-testid="regenerate"
            >
              <RefreshCw size={14} aria-hidden />
            </IconButton>
          )}
          {isOver && (
            <>
              <MessageMenu message={message} actions={actions} onReact={() => setReacting(true)} />
              <BranchSwitcher message={message} onSelect={actions.selectBranch} />
              <AnswerFacts message={message} />
            </>
          )}
        </div>
      )}
    </>
  )
}

function BlockView({ item, message, decisions, actions }: MessageItemProps & { readonly item: SegmentItem }) {
  const { block } = item
  const isWriting = message.status === 'generating'
  switch (block.type) {
    case 'text':
      return <Markdown text={block.part.text} isGrowing={isWriting && block.isLast} parsed={item.text?.shown ?? null} />
    case 'reasoning':
      return <ReasoningPart id={`${message.id}-${block.key}`} part={block.part} isGrowing={isWriting && block.isLast} />
    case 'tools':
      return (
        <ToolCallGroup messageId={message.id} calls={block.calls} isAnswerOver={!isActive(message.status)} actions={actions} />
      )
    case 'remark':
      return <RemarkView part={block.part} state={block.isPending ? (isActive(message.status) ? 'pending' : 'late') : 'taken'} />
    case 'files':
      return <MessageFiles files={block.files} />
    case 'approval':
      if (block.call.form || block.call.awaitsOutcome) return <ToolQuestion messageId={message.id} call={block.call} />
      return <ApprovalCard messageId={message.id} call={block.call} decision={decisions[block.call.callId]} actions={actions} />
  }
}

function needsAction(message: Message): boolean {
  return isContinuable(message) || message.status === 'error' || message.status === 'cancelled'
}
