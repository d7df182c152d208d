import type { Element } from 'hast'
import type { AlignType, TableRow } from 'mdast'
import { memo, useMemo } from 'react'
import type { Piece, TableBlock } from './document/block.ts'
import { toNeeded, type BlocksProps } from './needed-definitions.ts'
import { hastToElement, nodesToHast } from './node-to-element.ts'
import { rowsToTabs } from './rows-to-tabs.ts'
import { TableFrame } from './table-frame.tsx'

/** Above this many rows the browser does not measure every cell to find the width of the columns: that grows with the square. */
const fixedLayoutRows = 300

/** A table that grows row by row, and can be taken along. */
export function TableView({ block, ...rest }: BlocksProps & { readonly block: TableBlock }) {
  const rowCount = block.rows.reduce((count, chunk) => count + chunk.length, 0)
  const toRows = () => block.rows.flat()
  return (
    <TableFrame
      isFixed={rowCount > fixedLayoutRows}
      toTabs={() => rowsToTabs([block.head, ...toRows().map((row) => row.parsed)])}
      toMarkdown={() =>
        block.prefix +
        toRows()
          .map((row) => `${row.source}\n`)
          .join('')
      }
    >
      <thead>
        <Row row={block.head} isHead align={block.align} {...toNeeded([block.head], rest)} />
      </thead>
      {block.rows.map((rows, index) => (
        <Rows key={index} rows={rows} align={block.align} {...rest} />
      ))}
    </TableFrame>
  )
}

interface RowsProps extends BlocksProps {
  readonly rows: readonly Piece<TableRow>[]
  readonly align: readonly AlignType[]
}

/** Fifty rows have a body of their own: what is laid out again when a row comes is the last of them. */
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

const emptyRow: TableRow = { type: 'tableRow', children: [] }
