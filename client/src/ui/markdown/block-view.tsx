import type { Element } from 'hast'
import type { ListItem, PhrasingContent, RootContent } from 'mdast'
import { Fragment, memo, useMemo } from 'react'
import { CodeBlock } from './code/code-block.tsx'
import type { BlockGroup } from './document/block-group.ts'
import type { Block, ListBlock, Piece, QuoteContent } from './document/block.ts'
import { toNeeded, type BlocksProps } from './needed-definitions.ts'
import { hastToElement, nodesToHast } from './node-to-element.ts'
import { TableView } from './table-view.tsx'

/** Some of the blocks of a text; none of them is rendered again unless it has changed. */
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
      return (
        <blockquote dir="auto">
          {block.children.map((children, index) => (
            <Quoted key={index} parts={children} {...rest} />
          ))}
        </blockquote>
      )
    case 'table':
      return <TableView block={block} {...rest} />
    case 'paragraph':
      return (
        <p dir="auto">
          {block.segments.map((segment, index) => (
            <Segment key={index} segment={segment} {...toNeeded(segment.parsed, rest)} />
          ))}
        </p>
      )
    case 'node':
      return <NodeView node={block.piece.parsed} {...toNeeded([block.piece.parsed], rest)} />
    default:
      return block satisfies never
  }
})

const NodeView = memo(function NodeView({ node, definitions, prefix }: BlocksProps & { readonly node: RootContent }) {
  return useMemo(() => {
    // HTML is shown as it was written.
    if (node.type === 'html') return <div className="wrap-anywhere whitespace-pre-wrap">{node.value}</div>
    const tree = nodesToHast([node], definitions, prefix)
    for (const child of tree.children)
      if (child.type === 'element' && child.tagName !== 'x-formula') child.properties['dir'] = 'auto'
    return hastToElement(tree)
  }, [node, definitions, prefix])
})

const Segment = memo(function Segment(props: BlocksProps & { readonly segment: Piece<readonly PhrasingContent[]> }) {
  const { segment, definitions, prefix } = props
  return useMemo(() => {
    const tree = nodesToHast([{ type: 'paragraph', children: [...segment.parsed] }], definitions, prefix)
    const paragraph = tree.children.find((child) => child.type === 'element')
    return hastToElement({ type: 'root', children: paragraph?.children ?? [] })
  }, [segment, definitions, prefix])
})

function ListView({ block, ...rest }: BlocksProps & { readonly block: ListBlock }) {
  const chunks = block.items.map((items, index) => <Items key={index} items={items} isLoose={block.isLoose} {...rest} />)
  const className = block.hasTasks ? 'contains-task-list' : undefined
  if (!block.isOrdered)
    return (
      <ul dir="auto" className={className}>
        {chunks}
      </ul>
    )
  return (
    <ol dir="auto" className={className} start={block.start === 1 ? undefined : block.start}>
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

const Quoted = memo(function Quoted({ parts, ...rest }: BlocksProps & { readonly parts: readonly Piece<QuoteContent>[] }) {
  return parts.map(({ parsed }, index) => <QuotedNode key={index} node={parsed} {...toNeeded([parsed], rest)} />)
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
