import type { Nodes } from 'hast'
import { defaultSchema, sanitize, type Schema } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { toHast } from 'mdast-util-to-hast'
import { gfm } from 'micromark-extension-gfm'

/** Longer texts are shown as they are: some take a time to parse that grows with the square of their length. In UTF-16 units. */
const maxParsedLength = 30_000
/** More marks of lists and quotes at the start of a line are no list: ten thousand of them take minutes to parse. */
const tooDeep = /^(?:[ \t]*(?:[-+*>]|\d{1,9}[.)])){24}/mu

/** What was formatted last, by its text: a link that many people open is formatted once. */
const formatted = new Map<string, string>()
const maxFormatted = 500

/** What GitHub lets through, without pictures: one from elsewhere would tell its server who reads. Links leave nothing of this page behind. */
const allowed: Schema = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter((name) => name !== 'img' && name !== 'picture' && name !== 'source'),
  protocols: { href: ['http', 'https', 'mailto'] },
  attributes: {
    ...defaultSchema.attributes,
    pre: ['tabIndex'],
    table: ['tabIndex'],
    a: [...(defaultSchema.attributes?.['a'] ?? []), 'rel', 'target'],
  },
}

/**
 * Markdown as HTML that is safe to show: HTML in the text stays text, links lead to the web or to a mailbox only, and pictures are links.
 * @param text any text, of a model or a person
 */
export function markdownToHtml(text: string): string {
  if (text.length > maxParsedLength || tooDeep.test(text)) return textToHtml(text)
  const html = formatted.get(text) ?? format(text)
  formatted.delete(text)
  formatted.set(text, html)
  const [oldest] = formatted.keys()
  if (formatted.size > maxFormatted && oldest !== undefined) formatted.delete(oldest)
  return html
}

function format(text: string): string {
  try {
    const tree = toHast(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }), {
      clobberPrefix: '',
      handlers: {
        html: (_state, node: { readonly value: string }) => ({ type: 'text', value: node.value }),
      },
    })
    return toHtml(sanitize(adaptElements(tree), allowed))
  } catch (error) {
    // Nested thousands of levels deep.
    if (error instanceof RangeError) return textToHtml(text)
    throw error
  }
}

/** A text as it is, with its line breaks. */
export function textToHtml(text: string): string {
  return toHtml({
    type: 'element',
    tagName: 'pre',
    properties: { className: ['plain'] },
    children: [{ type: 'text', value: text }],
  })
}

/** Pictures become links, links open beside the page without saying where they were, and headings find their place below those of the page. */
function adaptElements(tree: Nodes): Nodes {
  return adaptNode(tree, firstHeading - shallowestHeading(tree))
}

function adaptNode(node: Nodes, shift: number): Nodes {
  if (!('children' in node)) return node
  const children = node.children.map((child) => adaptNode(child as Nodes, shift))
  const changed = { ...node, children } as Nodes
  if (changed.type !== 'element') return changed
  const { tagName, properties } = changed
  if (tagName === 'img') {
    const { src, alt } = properties
    const label = alt === undefined || alt === '' ? String(src) : String(alt)
    return toLink({ ...changed, tagName: 'a', properties: { href: src }, children: [{ type: 'text', value: label }] })
  }
  if (tagName === 'a') return toLink(changed)
  if (tagName === 'input') return { type: 'text', value: properties['checked'] ? '☑' : '☐' }
  // What is wider than the page can be scrolled by the keyboard.
  if (tagName === 'pre' || tagName === 'table') return { ...changed, properties: { ...properties, tabIndex: 0 } }
  const level = headingToLevel(tagName)
  return level === null ? changed : { ...changed, tagName: `h${Math.min(6, level + shift)}` }
}

/** The title of the page is the first heading, and each message has a second. */
const firstHeading = 3

function shallowestHeading(node: Nodes): number {
  const own = node.type === 'element' ? headingToLevel(node.tagName) : null
  const below = 'children' in node ? node.children.map((child) => shallowestHeading(child as Nodes)) : []
  return below.reduce((least, level) => Math.min(least, level), own ?? firstHeading + 3)
}

function headingToLevel(tagName: string): number | null {
  return /^h[1-6]$/u.test(tagName) ? Number(tagName.slice(1)) : null
}

function toLink(node: Extract<Nodes, { type: 'element' }>): Nodes {
  const { href } = node.properties
  if (typeof href === 'string' && href.startsWith('#')) return node
  return { ...node, properties: { ...node.properties, rel: ['noopener', 'noreferrer', 'nofollow'], target: '_blank' } }
}
