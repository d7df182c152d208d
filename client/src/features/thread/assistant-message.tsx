import { isActive, isContinuable, type Message } from '@holdfast/shared'
import { RefreshCw } from 'lucide-react'
import { useMemo } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Markdown } from '../../ui/markdown/markdown.tsx'
import { AnswerFacts } from './answer-facts.tsx'
import { AnswerNotes } from './answer-notes.tsx'
import { AnswerStatus } from './answer-status.tsx'
import { ApprovalCard } from './approval-card.tsx'
import { BranchSwitcher } from './branch-switcher.tsx'
import { CopyButton } from './copy-button.tsx'
import type { PieceItem } from './list/message-piece.ts'
import type { MessageItemProps } from './message-item.tsx'
import { MessageMenu } from './message-menu.tsx'
import { partsToBlocks } from './parts-to-blocks.ts'
import { ReasoningPart } from './reasoning-part.tsx'
import { ToolCallGroup } from './tool-call-group.tsx'

/** An answer, or a piece of a long one: the text is the page. How it is doing, and what can be done with it, is below its end. */
export function AssistantMessage(props: MessageItemProps) {
  const { message, piece, isLast, actions } = props
  const text = useText()
  const { parts, status } = message
  const isOver = !isActive(status)
  const items = useMemo(
    () => piece?.items ?? partsToBlocks(parts, !isOver).map((block): PieceItem => ({ block, text: null })),
    [piece, parts, isOver],
  )
  const isBelowOther = piece !== null && !piece.isFirst && items[0]?.text?.isContinued !== true
  const isEnd = piece?.isLast ?? true
  return (
    <>
      <div className={`space-y-3.5 ${isBelowOther ? 'pt-3.5' : ''}`} data-testid="message-content">
        {items.map((item) => (
          <BlockView key={item.block.key} item={item} {...props} />
        ))}
      </div>
      {isEnd && <AnswerStatus {...props} />}
      {/* Where nothing was answered, it does not matter what was read. */}
      {isEnd && message.content !== '' && <AnswerNotes notes={message.notes} />}
      {isEnd && isOver && (
        <div
          data-chrome=""
          className={`mt-1.5 -ml-1.5 flex h-7 items-center gap-0.5 transition-opacity duration-150 touch:h-11 touch:opacity-100 ${isLast ? '' : 'opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100'}`}
        >
          {message.content !== '' && <CopyButton content={message.content} onPlain={() => actions.copyPlain(message)} />}
          {!needsAction(message) && (
            <IconButton
              label={text('message.regenerate')}
              size="small"
              onClick={() => actions.regenerate(message.id)}
              data-testid="regenerate"
            >
              <RefreshCw size={14} aria-hidden />
            </IconButton>
          )}
          <MessageMenu message={message} actions={actions} />
          <BranchSwitcher message={message} onSelect={actions.selectBranch} />
          <AnswerFacts message={message} />
        </div>
      )}
    </>
  )
}

function BlockView({ item, message, decisions, actions }: MessageItemProps & { readonly item: PieceItem }) {
  const { block } = item
  const isWriting = message.status === 'generating'
  switch (block.type) {
    case 'text':
      return <Markdown text={block.part.text} isGrowing={isWriting && block.isLast} shown={item.text?.shown ?? null} />
    case 'reasoning':
      return <ReasoningPart id={`${message.id}-${block.key}`} part={block.part} isGrowing={isWriting && block.isLast} />
    case 'tools':
      return <ToolCallGroup calls={block.calls} isAnswerOver={!isActive(message.status)} actions={actions} />
    case 'approval':
      return <ApprovalCard messageId={message.id} call={block.call} decision={decisions[block.call.callId]} actions={actions} />
  }
}

function needsAction(message: Message): boolean {
  return isContinuable(message) || message.status === 'error' || message.status === 'cancelled'
}
