import { Check, ClipboardList, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useCopy } from '../use-copy.ts'
import { ToolButton } from './tool-button.tsx'

interface TableFrameProps {
  readonly isFixed?: boolean
  readonly toTabs?: () => string
  readonly toMarkdown?: () => string
  readonly children: ReactNode
}

/** A table that scrolls by itself, also with the keyboard. */
export function TableFrame({ isFixed = false, toTabs, toMarkdown, children }: TableFrameProps) {
  const text = useText()
  return (
    <div className="group/table relative">
      <div className="overflow-x-auto" role="region" aria-label={text('markdown.table')} tabIndex={0}>
        <table dir="auto" className={isFixed ? 'w-full table-fixed' : undefined}>
          {children}
        </table>
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

function CopyTable(props: { readonly label: string; readonly toContent: () => string; readonly children: ReactNode }) {
  const text = useText()
  const { isCopied, copy } = useCopy()
  return (
    <ToolButton label={isCopied ? text('copy.done') : props.label} onClick={() => copy(props.toContent())}>
      {isCopied ? <Check size={14} aria-hidden /> : props.children}
    </ToolButton>
  )
}
