import type { BlockContent, DefinitionContent, Html, Nodes, Paragraph, PhrasingContent, Root } from 'mdast'
import type { DetailsNode, InlineTagNode } from './html-node.ts'
import { readDetailsLine, readInlineTag, type DetailsLine, type InlineTagName } from './known-tags.ts'

/** Levels of nesting. What is deeper shows as its source: every step behind the parser works through a tree by recursion. */
const maxDepth = 100
/** `<details>` that stay open for longer, in characters, are text: until they close, they are parsed again with every update. */
const maxDetailsLength = 30_000

type FlowContent = BlockContent | DefinitionContent

export interface ShapeOptions {
  readonly source: string
  /** Parses the content of a summary. */
  readonly parseInline: (source: string) => PhrasingContent[]
}

/** Makes elements of the known tags, and cuts nesting that is too deep. Changes the tree. */
export function shapeTree(root: Root, options: ShapeOptions): Root {
  shape(root, 0, options)
  return root
}

function shape(node: Nodes, depth: number, options: ShapeOptions): void {
  if (!('children' in node)) return
  const parent = node as { children: Nodes[] }
  for (const [index, child] of parent.children.entries()) {
    if (depth >= maxDepth && isNesting(child)) parent.children[index] = toSourceNode(child, options.source)
    else shape(child, depth + 1, options)
  }
  parent.children = isFlowParent(node)
    ? joinDetails(parent.children as FlowContent[], options)
    : joinTags(parent.children as PhrasingContent[], depth)
}

function isFlowParent({ type }: Nodes): boolean {
  return type === 'root' || type === 'blockquote' || type === 'listItem' || type === 'footnoteDefinition'
}

function isNesting({ type }: Nodes): boolean {
  return isFlowNesting(type) || ['emphasis', 'strong', 'delete', 'link', 'linkReference'].includes(type)
}

function isFlowNesting(type: Nodes['type']): boolean {
  return type === 'blockquote' || type === 'list'
}

function toSourceNode(node: Nodes, source: string): Nodes {
  const { position } = node
  const value = source.slice(position?.start.offset ?? 0, position?.end.offset ?? 0)
  const text: PhrasingContent = { type: 'text', value, ...(position ? { position } : {}) }
  if (!isFlowNesting(node.type)) return text
  return { type: 'paragraph', children: [text], ...(position ? { position } : {}) } satisfies Paragraph
}

/** Joins each known opening tag, its content and its closing tag to one node. Tags without a partner stay text. */
function joinTags(children: PhrasingContent[], depth: number): PhrasingContent[] {
  if (!children.some(({ type }) => type === 'html')) return children
  const joined: PhrasingContent[] = []
  const open: { readonly name: InlineTagName; readonly at: number }[] = []
  for (const child of children) {
    const tag = child.type === 'html' ? readInlineTag(child.value) : null
    if (tag?.kind === 'break') joined.push({ type: 'break', ...(child.position ? { position: child.position } : {}) })
    else if (tag?.kind === 'close') closeTag(joined, open, tag.name, child)
    else {
      if (tag && depth + open.length < maxDepth) open.push({ name: tag.name, at: joined.length })
      joined.push(child)
    }
  }
  return joined
}

function closeTag(
  joined: PhrasingContent[],
  open: { readonly name: InlineTagName; readonly at: number }[],
  name: InlineTagName,
  closing: PhrasingContent,
): void {
  const index = open.findLastIndex((one) => one.name === name)
  const opened = open[index]
  if (!opened) {
    joined.push(closing)
    return
  }
  open.length = index
  const [opening, ...content] = joined.splice(opened.at)
  const node: InlineTagNode = { type: 'inlineTag', data: { hName: name }, children: content }
  if (opening?.position && closing.position) node.position = { start: opening.position.start, end: closing.position.end }
  joined.push(node)
}

/** Moves what stands between `<details>` and `</details>`, or the end of the container, into one node. */
function joinDetails(children: FlowContent[], options: ShapeOptions): FlowContent[] {
  if (!children.some(({ type }) => type === 'detailsLine')) return children
  const joined: FlowContent[] = []
  const open: { readonly at: number }[] = []
  for (const child of children) {
    const line = child.type === 'detailsLine' ? readDetailsLine(child.value) : null
    if (line?.kind === 'open') open.push({ at: joined.length })
    if (line?.kind === 'whole') {
      joined.push(toWholeDetails(line, child.position, options))
      continue
    }
    joined.push(child)
    const last = open.at(-1)
    if (line?.kind !== 'close' || !last) continue
    open.pop()
    const content = joined.splice(last.at)
    joined.push(...toDetails(content, true, options))
  }
  for (const { at } of open.toReversed()) joined.push(...toDetails(joined.splice(at), false, options))
  return joined.map((child) => (child.type === 'detailsLine' ? toHtml(child.value, child.position) : child))
}

function toWholeDetails(
  { summary, body }: Extract<DetailsLine, { readonly kind: 'whole' }>,
  position: DetailsNode['position'],
  options: ShapeOptions,
): DetailsNode {
  const content: FlowContent[] =
    body.trim() === ''
      ? []
      : [{ type: 'paragraph', children: options.parseInline(body.trim()), ...(position ? { position } : {}) }]
  return {
    type: 'details',
    data: { hName: 'details' },
    children: [{ type: 'summary', data: { hName: 'summary' }, children: options.parseInline(summary.trim()) }, ...content],
    ...(position ? { position } : {}),
  }
}

/** Returns the content as it is if it is too long. */
function toDetails(content: readonly FlowContent[], isClosed: boolean, options: ShapeOptions): FlowContent[] {
  const [opening, ...others] = content
  const inner = isClosed ? others.slice(0, -1) : others
  const start = opening?.position?.start
  const end = content.at(-1)?.position?.end
  if (opening?.type !== 'detailsLine' || !start || !end) return [...content]
  const length = (isClosed ? (end.offset ?? 0) : options.source.length) - (start.offset ?? 0)
  if (length > maxDetailsLength)
    return content.map((child) => (child.type === 'detailsLine' ? toHtml(child.value, child.position) : child))
  const ownSummary = readDetailsLine(opening.value)?.summary ?? null
  const [first, ...rest] = inner
  const line = ownSummary === null && first?.type === 'detailsLine' ? readDetailsLine(first.value) : null
  const summary = ownSummary ?? (line?.kind === 'summary' ? line.summary : null)
  const node: DetailsNode = {
    type: 'details',
    data: { hName: 'details' },
    children: [
      { type: 'summary', data: { hName: 'summary' }, children: options.parseInline(summary?.trim() ?? '') },
      ...(line?.kind === 'summary' ? rest : inner).map((child) =>
        child.type === 'detailsLine' ? toHtml(child.value, child.position) : child,
      ),
    ],
    position: { start, end },
  }
  return [node]
}

function toHtml(value: string, position: Html['position']): Html {
  return { type: 'html', value, ...(position ? { position } : {}) }
}
