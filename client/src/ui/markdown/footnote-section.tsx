import type { Element, Nodes as HastNodes, Root as HastRoot } from 'hast'
import type { FootnoteReference, Paragraph, Root } from 'mdast'
import { toHast } from 'mdast-util-to-hast'
import { memo, useMemo } from 'react'
import { useText } from '../../i18n/use-text.ts'
import type { Definitions } from './document/definitions.ts'
import { hastToElement, textHandlers } from './node-to-element.ts'

/** The footnotes of a text, in the order in which it refers to them. */
export const FootnoteSection = memo(function FootnoteSection(props: {
  readonly definitions: Definitions
  readonly prefix: string
}) {
  const { definitions, prefix } = props
  const text = useText()
  return useMemo(() => {
    const references: FootnoteReference[] = [...definitions.numbers.keys()]
    const paragraph: Paragraph = { type: 'paragraph', children: references }
    const root: Root = { type: 'root', children: [paragraph, ...definitions.footnotes.values(), ...definitions.links.values()] }
    const tree = toHast(root, {
      handlers: textHandlers,
      clobberPrefix: prefix,
      footnoteLabel: text('markdown.footnotes'),
      footnoteBackLabel: (reference, again) =>
        text('markdown.footnote.back', { number: again > 1 ? `${reference + 1}-${again}` : `${reference + 1}` }),
    }) as HastRoot
    const section = tree.children.findLast((child): child is Element => child.type === 'element' && child.tagName === 'section')
    if (!section) return null
    ownLabel(section, prefix)
    return hastToElement(section)
  }, [definitions, prefix, text])
})

/** The heading's id is the same for every text; two answers may stand on one page. */
function ownLabel(node: HastNodes, prefix: string): void {
  if (node.type !== 'element') return
  if (node.properties['id'] === 'footnote-label') node.properties['id'] = `${prefix}footnote-label`
  if (node.properties['ariaDescribedBy'] !== undefined) node.properties['ariaDescribedBy'] = [`${prefix}footnote-label`]
  for (const child of node.children) ownLabel(child, prefix)
}
