import type { Message } from '@holdfast/shared'
import { useMemo } from 'react'
import { locale } from '../../i18n/locale.ts'
import { PrintedFiles } from './message/printed-files.tsx'
import { modelToName } from '../../lib/model-name.ts'
import { useText } from '../../i18n/use-text.ts'
import { formatDateTime } from '../../ui/format-time.ts'
import { Markdown } from '../../markdown/markdown.tsx'
import { Day } from './list/thread-rows-view.tsx'
import { messagesToRows } from './model/thread-rows.ts'
import { partsToBlocks, type PartBlock } from './model/parts-to-blocks.ts'
import { ToolCallDetails } from './tool-calls/tool-call-details.tsx'
import { toolCallToWords } from './model/tool-call-words.ts'

export interface PrintedThreadProps {
  readonly title: string
  readonly messages: readonly Message[]
  /** There are earlier messages that are not among these. */
  readonly isPartial: boolean
}

/** A conversation for paper: every message in the flow of the page, everything open, nothing to press. */
export function PrintedThread({ title, messages, isPartial }: PrintedThreadProps) {
  const text = useText()
  const { rows } = useMemo(() => messagesToRows(messages, !isPartial), [messages, isPartial])
  const first = messages[0]
  return (
    <div className="printed-thread mx-auto max-w-[46rem] px-5 py-8 sm:px-8 print:max-w-none print:p-0">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="mt-1 mb-8 text-sm text-faint">
        {first && text('print.about', { count: messages.length, when: formatDateTime(first.createdAt, locale) })}
        {isPartial && <span className="block">{text('print.partial')}</span>}
      </p>
      {rows.map((row) => {
        if (row.kind === 'day') return <Day key={row.key} at={row.at} />
        const message = messages[row.index]
        return message && <PrintedMessage key={row.key} message={message} />
      })}
    </div>
  )
}

function PrintedMessage({ message }: { readonly message: Message }) {
  const text = useText()
  const blocks = useMemo(() => partsToBlocks(message.parts, false, message.pendingRemarks), [message])
  const isQuestion = message.role === 'user'
  return (
    <article className="mb-7" data-testid="printed-message" data-message-id={message.id}>
      <h2 className="mb-1.5 flex break-after-avoid items-baseline gap-2 text-xs text-faint">
        <span className="font-medium text-soft">
          {isQuestion ? text('thread.you') : message.model ? modelToName(message.model) : text('thread.assistant')}
        </span>
        <time dateTime={message.createdAt}>{formatDateTime(message.createdAt, locale)}</time>
      </h2>
      {isQuestion ? (
        <>
          <PrintedFiles files={message.parts.filter((part) => part.type === 'file')} />
          {message.content !== '' && (
            <p className="rounded-md bg-turn px-4 py-3 leading-relaxed wrap-anywhere whitespace-pre-wrap" dir="auto">
              {message.content}
            </p>
          )}
        </>
      ) : (
        <div className="space-y-3.5">
          {blocks.map((block) => (
            <PrintedBlock key={block.key} block={block} />
          ))}
        </div>
      )}
    </article>
  )
}

function PrintedBlock({ block }: { readonly block: PartBlock }) {
  const text = useText()
  switch (block.type) {
    case 'text':
      return <Markdown text={block.part.text} />
    case 'reasoning':
      return (
        <div className="border-l border-line pl-4 text-sm [&_.prose]:text-[0.9rem] [&_.prose]:text-soft">
          <p className="mb-1 text-faint">{text('reasoning.done')}</p>
          <Markdown text={block.part.text} />
        </div>
      )
    case 'remark':
      return (
        <p className="ml-6 rounded-md bg-turn px-4 py-2.5 leading-relaxed wrap-anywhere whitespace-pre-wrap" dir="auto">
          <span className="block text-xs text-soft">{text('thread.you')}</span>
          {block.part.text}
        </p>
      )
    case 'files':
      return <PrintedFiles files={block.files} />
    case 'tools':
    case 'approval':
      return (
        <ul className="space-y-3 text-sm">
          {(block.type === 'tools' ? block.calls : [block.call]).map((call) => {
            const { action, subject } = toolCallToWords(call, text)
            return (
              <li key={call.callId} className="rounded-md border border-line px-3 py-2">
                <p className="mb-2">
                  {action} {subject !== null && <span className="font-medium">{subject}</span>}{' '}
                  <span className="text-faint">· {text(`tool.${call.state}`)}</span>
                </p>
                <ToolCallDetails call={call} />
              </li>
            )
          })}
        </ul>
      )
  }
}
