import type { Id } from '@holdfast/shared'
import { TriangleAlert } from 'lucide-react'
import { useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { prepareNeighbourFocus } from '../../ui/focus-neighbour.ts'
import type { Attachment } from './attachment.ts'
import { FileChip } from './file-chip.tsx'

export interface AttachmentListProps {
  readonly attachments: readonly Attachment[]
  readonly onRemove: (fileId: Id) => void
}

/** The files of the message that is being written. */
export function AttachmentList({ attachments, onRemove }: AttachmentListProps) {
  const text = useText()
  const list = useRef<HTMLUListElement>(null)
  const isAtRisk = attachments.some((attachment) => attachment.isAtRisk)
  return (
    <div className="basis-full p-2 pb-0">
      <ul
        ref={list}
        className="flex max-h-[30dvh] flex-wrap gap-1.5 overflow-y-auto"
        aria-label={text('files.list')}
        data-testid="attachments"
      >
        {attachments.map((attachment) => (
          <FileChip
            key={attachment.fileId}
            attachment={attachment}
            onRemove={() => {
              const chip = list.current?.querySelector(`[data-file-id="${CSS.escape(attachment.fileId)}"]`) ?? null
              const focusNeighbour = prepareNeighbourFocus(chip, '[data-part=file-chip]')
              onRemove(attachment.fileId)
              if (attachments.length > 1) focusNeighbour()
            }}
          />
        ))}
      </ul>
      {isAtRisk && (
        <p className="mt-1.5 flex gap-2 px-1 text-xs text-warm-ink" role="status" data-testid="not-kept">
          <TriangleAlert size={14} aria-hidden className="mt-px shrink-0" />
          {text('files.not-kept')}
        </p>
      )}
    </div>
  )
}
