import type { Element } from 'hast'
import type { ListItem, PhrasingContent, RootContent } from 'mdast'
import { Fragment, memo, useMemo } from 'react'
import { Alert } from './alert.tsx'
import { CodeBlock } from './code/code-block.tsx'
import type { BlockGroup } from './document/block-group.ts'
import type { Block, ListBlock, Piece, QuoteBlock, QuoteContent } from './document/block.ts'
import { readAlert } from './document/read-alert.ts'
import { toNeeded, type BlocksProps } from './needed-definitions.ts'
import { hastToElement, nodesToHast } from './node-to-element.ts'
import { TableView } from './table-view.tsx'

/** Renders a group of blocks. A block renders again only if it has changed. */
export const BlockGroupView = memo(function BlockGroupView(props: BlocksProps & { readonly group: BlockGroup }) {
  return props.group.blocks.map((block) => (
    <BlockView key={block.key} block={block} definitions={props.definitions} prefix={props.prefix} />
  ))
})

const BlockView = memo(function BlockView({ block, ...rest }: BlocksProps & { readonly block: Block }) {
  switch (block.kind) {
    case 'code':
      return (
        <CodeBlock
          place={block.key}
          language={block.language}
          meta={block.meta}
          chunks={block.chunks}
          lineCount={block.lineCount}
        />
      )
    case 'list':
      return <ListView block={block} {...rest} />
    case 'quote':
      return <QuoteView block={block} {...rest} />
    case 'table':
      return <TableView block={block} {...rest} />
    case 'paragraph':
      return (
        <p dir="auto">
          {block.pieces.map((piece, index) => (
            <ParagraphPiece key={index} piece={piece} {...toNeeded(piece.parsed, rest)} />
          ))}
        </p>
      )
    case 'node':
      return <NodeView node={block.piece.parsed} {...toNeeded([block.piece.parsed], rest)} />
    default:
      return block satisfies never
  }
})

/** Elements whose components set their direction. */
const ownDirection: ReadonlySet<string> = new Set(['x-formula', 'details', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])

const NodeView = memo(function NodeView({ node, definitions, prefix }: BlocksProps & { readonly node: RootContent }) {
  return useMemo(() => {
    // HTML renders as text.
    if (node.type === 'html') return <div className="wrap-anywhere whitespace-pre-wrap">{node.value}</div>
    const tree = nodesToHast([node], definitions, prefix)
    for (const child of tree.children)
      if (child.type === 'element' && !ownDirection.has(child.tagName)) child.properties['dir'] = 'auto'
    return hastToElement(tree)
  }, [node, definitions, prefix])
})

const ParagraphPiece = memo(function ParagraphPiece(props: BlocksProps & { readonly piece: Piece<readonly PhrasingContent[]> }) {
  const { piece, definitions, prefix } = props
  return useMemo(() => {
    const tree = nodesToHast([{ type: 'paragraph', children: [...piece.parsed] }], definitions, prefix)
    const paragraph = tree.children.find((child) => child.type === 'element')
    return hastToElement({ type: 'root', children: paragraph?.children ?? [] })
  }, [piece, definitions, prefix])
})

function ListView({ block, ...rest }: BlocksProps & { readonly block: ListBlock }) {
  const chunks = block.items.map((items, index) => <Items key={index} items={items} isLoose={block.isLoose} {...rest} />)
  const className = block.hasTasks ? 'contains-task-list' : undefined
  if (!block.isOrdered) return <ul className={className}>{chunks}</ul>
  return (
    <ol className={className} start={block.start === 1 ? undefined : block.start}>
      {chunks}
    </ol>
  )
}

interface ItemsProps extends BlocksProps {
  readonly items: readonly Piece<ListItem>[]
  readonly isLoose: boolean
}

const Items = memo(function Items({ items, isLoose, ...rest }: ItemsProps) {
  return (
    <Fragment>
      {items.map((item, index) => (
        <Item key={index} item={item.parsed} isLoose={isLoose} {...toNeeded([item.parsed], rest)} />
      ))}
    </Fragment>
  )
})

function QuoteView({ block, ...rest }: BlocksProps & { readonly block: QuoteBlock }) {
  const alert = readAlert(block.children[0]?.[0]?.parsed)
  const children = block.children.map((parts, index) => (
    <Quoted key={index} parts={parts} isAlert={alert !== null && index === 0} {...rest} />
  ))
  return alert ? <Alert kind={alert.kind}>{children}</Alert> : <blockquote dir="auto">{children}</blockquote>
}

interface QuotedProps extends BlocksProps {
  readonly parts: readonly Piece<QuoteContent>[]
  /** The first part begins with the mark of an alert. */
  readonly isAlert: boolean
}

const Quoted = memo(function Quoted({ parts, isAlert, ...rest }: QuotedProps) {
  return parts.map(({ parsed }, index) => {
    const node = isAlert && index === 0 ? (readAlert(parsed)?.rest ?? null) : parsed
    return node && <QuotedNode key={index} node={node} {...toNeeded([node], rest)} />
  })
})

const QuotedNode = memo(function QuotedNode({ node, definitions, prefix }: BlocksProps & { readonly node: QuoteContent }) {
  return useMemo(() => hastToElement(nodesToHast([node], definitions, prefix)), [node, definitions, prefix])
})

interface ItemProps extends BlocksProps {
  readonly item: ListItem
  readonly isLoose: boolean
}

const Item = memo(function Item({ item, isLoose, definitions, prefix }: ItemProps) {
  return useMemo(() => {
    const alone = { ...item, spread: isLoose }
    const tree = nodesToHast([{ type: 'list', spread: isLoose, children: [alone] }], definitions, prefix)
    const list = tree.children.find((child) => child.type === 'element')
    const element = list?.children.find((child): child is Element => child.type === 'element')
    return element ? hastToElement(element) : null
  }, [item, isLoose, definitions, prefix])
})
