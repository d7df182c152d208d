import { isActive, isContinuable, type Message } from '@holdfast/shared'
import { RefreshCw } from 'lucide-react'
import { useMemo } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { LivingLine, type LivingLineState } from '../../ui/living-line.tsx'
import { Markdown } from '../../ui/markdown/markdown.tsx'
import { AnswerFacts } from './answer-facts.tsx'
import { AnswerNotes } from './answer-notes.tsx'
import { AnswerStatus } from './answer-status.tsx'
import { ApprovalCard } from './approval-card.tsx'
import { BranchSwitcher } from './branch-switcher.tsx'
import { CopyButton } from './copy-button.tsx'
import type { MessageItemProps } from './message-item.tsx'
import { MessageMenu } from './message-menu.tsx'
import { partsToBlocks, type PartBlock } from './parts-to-blocks.ts'
import { ReasoningPart } from './reasoning-part.tsx'
import { ToolCallGroup } from './tool-call-group.tsx'

/** An answer: the text is the page. The living line beside it says how it is doing. */
export function AssistantMessage(props: MessageItemProps) {
  const { message, isLive, isLast, actions } = props
  const text = useText()
  const { parts, status } = message
  const isOver = !isActive(status)
  const blocks = useMemo(() => partsToBlocks(parts, !isOver), [parts, isOver])
  return (
    <>
      <h2 className="sr-only">{text('thread.assistant')}</h2>
      <div className="relative">
        <LivingLine state={messageToLine(message, isLive)} className="absolute -inset-y-0.5 -left-3 sm:-left-4" />
        <div className="space-y-3.5" data-testid="message-content">
          {blocks.map((block) => (
            <BlockView key={block.key} block={block} {...props} />
          ))}
        </div>
        <AnswerStatus {...props} />
        {/* Where nothing was answered, it does not matter what was read. */}
        {message.content !== '' && <AnswerNotes notes={message.notes} />}
      </div>
      {isOver && (
        <div
          data-chrome=""
          className={`mt-1.5 -ml-1.5 flex h-7 items-center gap-0.5 transition-opacity duration-150 touch:h-9 touch:opacity-100 ${isLast ? '' : 'opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100'}`}
        >
          {message.content !== '' && <CopyButton content={message.content} />}
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

function BlockView({ block, message, decisions, actions }: MessageItemProps & { readonly block: PartBlock }) {
  const isWriting = message.status === 'generating'
  switch (block.type) {
    case 'text':
      return <Markdown text={block.part.text} isGrowing={isWriting && block.isLast} />
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

function messageToLine({ status }: Message, isLive: boolean): LivingLineState {
  switch (status) {
    case 'waiting':
      return 'waiting'
    case 'interrupted':
    case 'error':
      return 'broken'
    case 'generating':
      return isLive ? 'generating' : 'reconnecting'
    case 'queued':
      return isLive ? 'background' : 'reconnecting'
    case 'completed':
    case 'cancelled':
      return null
  }
}
