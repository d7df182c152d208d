import type { Element, ElementContent, Root as HastRoot } from 'hast'
import { toJsxRuntime } from 'hast-util-to-jsx-runtime'
import type { Blockquote, Nodes, Root, RootContent } from 'mdast'
import { toHast, type Handlers, type State } from 'mdast-util-to-hast'
import type { ReactNode } from 'react'
import { Fragment, jsx, jsxs } from 'react/jsx-runtime'
import { readAlert } from './document/read-alert.ts'
import { findReferences, type Definitions } from './document/definitions.ts'
import { toName } from './document/parse-markdown.ts'
import { markdownComponents } from './markdown-components.tsx'

/** Makes React elements of a tree, without an HTML string in between. */
export function hastToElement(tree: HastRoot | Element): ReactNode {
  return toJsxRuntime(tree, { Fragment, jsx, jsxs, components: markdownComponents, ignoreInvalidStyle: true, passKeys: true })
}

/**
 * Converts nodes to an HTML tree. Of the HTML in the text only known tags are elements.
 *
 * @param prefix of footnote ids, which must be unique in the page: two answers can use the same names
 */
export function nodesToHast(nodes: readonly RootContent[], definitions: Definitions, prefix: string): HastRoot {
  const root: Root = { type: 'root', children: [...nodes, ...toDefinitionNodes(nodes, definitions)] }
  const tree = toHast(root, { handlers: toHandlers(definitions, prefix), clobberPrefix: prefix })
  splitLongWords(tree as HastRoot)
  return tree as HastRoot
}

/** Layout of a word takes time that grows with the square of its length, unless a line can break anywhere in it. */
const longWord = /[\u{21}-\u{24f}]{500,}/u

/** Puts texts with very long words, such as encoded data, into elements in which lines break between any two characters. */
function splitLongWords(parent: HastRoot | Element): void {
  for (const [index, child] of parent.children.entries()) {
    if (child.type === 'element') splitLongWords(child)
    else if (child.type === 'text' && longWord.test(child.value))
      parent.children[index] = { type: 'element', tagName: 'span', properties: { className: ['break-all'] }, children: [child] }
  }
}

/** Only the needed definitions: each one adds cost to every conversion. */
function toDefinitionNodes(nodes: readonly Nodes[], { links }: Definitions): RootContent[] {
  if (links.size === 0) return []
  const names = new Set(nodes.flatMap((node) => findReferences(node)?.links ?? []))
  return [...names].map((name) => links.get(name)).filter((definition) => definition !== undefined)
}

/** Renders other HTML as text, and alerts and formulas as elements that `markdownComponents` knows. */
export const textHandlers: Handlers = {
  blockquote: (state: State, node: Blockquote): Element => {
    const [first, ...others] = node.children
    const alert = readAlert(first)
    const children = alert ? [...(alert.rest ? [alert.rest] : []), ...others] : node.children
    return {
      type: 'element',
      tagName: alert ? 'x-alert' : 'blockquote',
      properties: alert ? { kind: alert.kind } : {},
      children: state.wrap(state.all({ ...node, children }), true),
    }
  },
  html: (_state: State, node: { readonly value: string }) => ({ type: 'text', value: node.value }),
  math: (_state: State, node: { readonly value: string; readonly source: string; readonly isClosed: boolean }) =>
    formula(node.isClosed ? node.value : '', node.source, true),
  inlineMath: (_state: State, node: { readonly value: string; readonly source: string; readonly isDisplay: boolean }) =>
    formula(node.value, node.source, node.isDisplay),
}

const handlersByDefinitions = new WeakMap<Definitions, Handlers>()

function toHandlers(definitions: Definitions, prefix: string): Handlers {
  const known = handlersByDefinitions.get(definitions)
  if (known) return known
  const handlers = createHandlers(definitions, prefix)
  handlersByDefinitions.set(definitions, handlers)
  return handlers
}

function createHandlers(definitions: Definitions, prefix: string): Handlers {
  return {
    ...textHandlers,
    footnoteReference: (_state: State, node: Parameters<typeof definitions.numbers.get>[0]): ElementContent => {
      const footnote = definitions.numbers.get(node)
      if (!footnote) return { type: 'text', value: `[^${node.label ?? node.identifier}]` }
      const name = encodeURIComponent(toName(node.identifier).toLowerCase())
      const occurrence = footnote.occurrence > 1 ? `-${footnote.occurrence}` : ''
      const link: Element = {
        type: 'element',
        tagName: 'a',
        properties: {
          href: `#${prefix}fn-${name}`,
          id: `${prefix}fnref-${name}${occurrence}`,
          dataFootnoteRef: true,
          ariaDescribedBy: [`${prefix}footnote-label`],
        },
        children: [{ type: 'text', value: String(footnote.number) }],
      }
      return { type: 'element', tagName: 'sup', properties: {}, children: [link] }
    },
  }
}

function formula(value: string, source: string, isDisplay: boolean): Element {
  return { type: 'element', tagName: 'x-formula', properties: { value, source, isDisplay }, children: [] }
}
