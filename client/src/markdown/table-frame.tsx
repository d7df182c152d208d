import '../i18n/markdown-english.ts'
import { Check, ClipboardList, Copy } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { useText } from '../i18n/use-text.ts'
import { useCopy } from '../ui/use-copy.ts'
import { ToolButton } from './parts/tool-button.tsx'

interface TableFrameProps {
  readonly tableRef?: RefObject<HTMLTableElement | null>
  /** Column widths in pixels; null for automatic layout. */
  readonly widths?: readonly number[] | null
  readonly toTabs?: () => string
  readonly toMarkdown?: () => string
  readonly children: ReactNode
  /** Tables that continue this one. */
  readonly below?: ReactNode
}

/** A table in a scroll container that can be reached with the keyboard. */
export function TableFrame({ tableRef, widths = null, toTabs, toMarkdown, children, below }: TableFrameProps) {
  const text = useText()
  return (
    <div className="group/table relative">
      <div className="overflow-x-auto" role="region" aria-label={text('markdown.table')} tabIndex={0}>
        <TablePart tableRef={tableRef} widths={widths}>
          {children}
        </TablePart>
        {below}
      </div>
      {toTabs && toMarkdown && (
        <div
          data-chrome=""
          className="mt-1 flex justify-end opacity-0 transition-opacity duration-150 select-none group-focus-within/table:opacity-100 group-hover/table:opacity-100 touch:justify-start touch:opacity-100"
        >
          <CopyTable label={text('markdown.table.copy')} toContent={toTabs}>
            <Copy size={14} aria-hidden />
          </CopyTable>
          <CopyTable label={text('markdown.table.copy.markdown')} toContent={toMarkdown}>
            <ClipboardList size={14} aria-hidden />
          </CopyTable>
        </div>
      )}
    </div>
  )
}

interface TablePartProps {
  readonly tableRef?: RefObject<HTMLTableElement | null> | undefined
  readonly widths: readonly number[] | null
  readonly label?: string
  readonly children: ReactNode
}

/** A table, or one part of a very long one. Parts are contained, so that layout in one does not affect the others. */
export function TablePart({ tableRef, widths, label, children }: TablePartProps) {
  const width = widths?.reduce((total, one) => total + one, 0)
  return (
    <div {...(width !== undefined && { className: 'contain-content', style: { width } })}>
      <table ref={tableRef} dir="auto" className={width === undefined ? undefined : 'w-full table-fixed'} aria-label={label}>
        {children}
      </table>
    </div>
  )
}

function CopyTable(props: { readonly label: string; readonly toContent: () => string; readonly children: ReactNode }) {
  const text = useText()
  const { isCopied, copy } = useCopy()
  return (
    <ToolButton label={isCopied ? text('copy.done') : props.label} onClick={() => copy(props.toContent())}>
      {isCopied ? <Check size={14} aria-hidden /> : props.children}
    </ToolButton>
  )
}
