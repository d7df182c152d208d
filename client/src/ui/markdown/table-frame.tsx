import { Check, ClipboardList, Copy } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useCopy } from '../use-copy.ts'
import { ToolButton } from './tool-button.tsx'

interface TableFrameProps {
  readonly tableRef?: RefObject<HTMLTableElement | null>
  /** Of the columns, in pixels; null for as wide as what stands in them. */
  readonly widths?: readonly number[] | null
  readonly toTabs?: () => string
  readonly toMarkdown?: () => string
  readonly children: ReactNode
  /** Tables that go on with this one. */
  readonly below?: ReactNode
}

/** A table that scrolls by itself, also with the keyboard. */
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
          className="absolute top-0.5 right-0 flex rounded-sm bg-paper/90 opacity-0 transition-opacity duration-150 select-none group-focus-within/table:opacity-100 group-hover/table:opacity-100 touch:static touch:mt-1 touch:opacity-100"
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

/** A table, or one of those that a very long one is: then nothing that happens in one of them is a matter of the others. */
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
