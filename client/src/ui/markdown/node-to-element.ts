import type { Element, ElementContent, Root as HastRoot } from 'hast'
import { toJsxRuntime } from 'hast-util-to-jsx-runtime'
import type { Nodes, Root, RootContent } from 'mdast'
import { toHast, type Handlers, type State } from 'mdast-util-to-hast'
import type { ReactNode } from 'react'
import { Fragment, jsx, jsxs } from 'react/jsx-runtime'
import { findReferences, type Definitions } from './document/definitions.ts'
import { toName } from './document/parse-markdown.ts'
import { markdownComponents } from './markdown-components.tsx'

/** Elements for a tree. Nothing goes through a string of HTML. */
export function hastToElement(tree: HastRoot | Element): ReactNode {
  return toJsxRuntime(tree, { Fragment, jsx, jsxs, components: markdownComponents, ignoreInvalidStyle: true, passKeys: true })
}

/**
 * The tree of elements that some nodes are. HTML in a text is text.
 *
 * @param prefix of the ids of footnotes, which are the page's own: another answer has footnotes with the same names
 */
export function nodesToHast(nodes: readonly RootContent[], definitions: Definitions, prefix: string): HastRoot {
  const root: Root = { type: 'root', children: [...nodes, ...toDefinitionNodes(nodes, definitions)] }
  const tree = toHast(root, { handlers: toHandlers(definitions, prefix), clobberPrefix: prefix })
  return tree as HastRoot
}

/** Only what is needed: each of them costs something wherever it is given along. */
function toDefinitionNodes(nodes: readonly Nodes[], { links }: Definitions): RootContent[] {
  if (links.size === 0) return []
  const names = new Set(nodes.flatMap((node) => findReferences(node)?.links ?? []))
  return [...names].map((name) => links.get(name)).filter((definition) => definition !== undefined)
}

/** HTML as text; formulas as an element that the components know. */
export const textHandlers: Handlers = {
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
