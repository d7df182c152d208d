import '../i18n/markdown-english.ts'
import type { Element } from 'hast'
import type { AlignType, TableRow } from 'mdast'
import { memo, useMemo, useRef } from 'react'
import { useText } from '../i18n/use-text.ts'
import type { Piece, TableBlock } from './document/block.ts'
import { chunkLength } from './document/chunks.ts'
import { rowsToTabs } from './document/markdown-to-plain-text.ts'
import { toNeeded, type BlocksProps } from './needed-definitions.ts'
import { hastToElement, nodesToHast } from './node-to-element.ts'
import { TableFrame, TablePart } from './table-frame.tsx'
import { useColumnWidths } from './use-column-widths.ts'

/**
 * Number of rows used for automatic column layout. Every added row lays out all rows of its table again, which is quadratic, so later
 * rows are tables of their own with the same column widths.
 */
const ownWidthRows = 200

/** A table that can grow row by row, with a copy button. */
export function TableView({ block, ...rest }: BlocksProps & { readonly block: TableBlock }) {
  const text = useText()
  const chunks = ownWidthRows / chunkLength
  const [first, others] = [block.rows.slice(0, chunks), block.rows.slice(chunks)]
  const tableRef = useRef<HTMLTableElement>(null)
  const widths = useColumnWidths(tableRef, others.length > 0)
  const columns = useMemo(() => widths && <Columns widths={widths} />, [widths])
  const toRows = () => block.rows.flat()
  return (
    <TableFrame
      tableRef={tableRef}
      widths={widths}
      toTabs={() => rowsToTabs([block.head, ...toRows().map((row) => row.parsed)])}
      toMarkdown={() =>
        block.prefix +
        toRows()
          .map((row) => `${row.source}\n`)
          .join('')
      }
      below={others.map((rows, index) => (
        <TablePart
          key={index}
          widths={widths ?? noWidths}
          label={text('markdown.table.continued', {
            first: ownWidthRows + index * chunkLength + 1,
            last: ownWidthRows + index * chunkLength + rows.length,
          })}
        >
          {columns}
          <HiddenHead head={block.head} align={block.align} {...toNeeded([block.head], rest)} />
          <Rows rows={rows} align={block.align} {...rest} />
        </TablePart>
      ))}
    >
      {columns}
      <thead>
        <Row row={block.head} isHead align={block.align} {...toNeeded([block.head], rest)} />
      </thead>
      {first.map((rows, index) => (
        <Rows key={index} rows={rows} align={block.align} {...rest} />
      ))}
    </TableFrame>
  )
}

/** Stands for unknown column widths while they are measured, before the first paint. */
const noWidths: readonly number[] = []

function Columns({ widths }: { readonly widths: readonly number[] }) {
  return (
    <colgroup>
      {widths.map((width, index) => (
        <col key={index} style={{ width }} />
      ))}
    </colgroup>
  )
}

interface RowsProps extends BlocksProps {
  readonly rows: readonly Piece<TableRow>[]
  readonly align: readonly AlignType[]
}

/** Fifty rows share a body, so that an added row lays out the last body only. */
const Rows = memo(function Rows({ rows, align, ...rest }: RowsProps) {
  return (
    <tbody>
      {rows.map((row, index) => (
        <Row key={index} row={row.parsed} isHead={false} align={align} {...toNeeded([row.parsed], rest)} />
      ))}
    </tbody>
  )
})

interface RowProps extends BlocksProps {
  readonly row: TableRow
  readonly isHead: boolean
  readonly align: readonly AlignType[]
}

const Row = memo(function Row({ row, isHead, align, definitions, prefix }: RowProps) {
  return useMemo(() => {
    const rows = isHead ? [row] : [emptyRow, row]
    const tree = nodesToHast([{ type: 'table', align: [...align], children: rows }], definitions, prefix)
    const table = tree.children.find((child) => child.type === 'element')
    const section = table?.children.findLast((child): child is Element => child.type === 'element')
    const element = section?.children.find((child): child is Element => child.type === 'element')
    return element ? hastToElement(element) : null
  }, [row, isHead, align, definitions, prefix])
})

/** Column heads for screen readers in a continued table: without height, and never part of a selection. */
const HiddenHead = memo(function HiddenHead({
  head,
  ...rest
}: BlocksProps & Pick<RowProps, 'align'> & { readonly head: TableRow }) {
  return (
    <thead className="head-again select-none">
      <Row row={head} isHead {...rest} />
    </thead>
  )
})

const emptyRow: TableRow = { type: 'tableRow', children: [] }
