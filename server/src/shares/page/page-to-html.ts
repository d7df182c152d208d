import { isActive, type SharedConversation, type SharedMessage, type SharedPart } from '@holdfast/shared'
import type { Element, ElementContent } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { toBasePath } from '../../config/public-address.ts'
import { markdownToHtml, textToHtml } from './markdown-to-html.ts'
import { pageStyle } from './page-style.ts'

export interface PageAddresses {
  /** The public address of the server, with its path. */
  readonly publicUrl: URL
  readonly token: string
}

/** How soon a live page is loaded again, in seconds: while an answer is written, and otherwise. */
const refreshSeconds = { running: 3, quiet: 20 }
/** All texts of a page that are formatted; the rest is shown as it is. In UTF-16 units. */
const maxFormattedLength = 200_000
const maxDescriptionLength = 200

/** The page of a shared conversation: HTML without any script. */
export async function pageToHtml(page: SharedConversation, { publicUrl, token }: PageAddresses): Promise<string> {
  const { title, kind, messages, nextCursor } = page
  const basePath = toBasePath(publicUrl)
  const path = `${basePath}/share/${token}`
  const isRunning = messages.some(({ status }) => isActive(status))
  const seconds = isRunning ? refreshSeconds.running : refreshSeconds.quiet
  const bodies: string[] = []
  const budget = { left: maxFormattedLength }
  for (const message of messages) {
    bodies.push(messageToHtml(message, budget))
    // A long page does not hold up everybody else.
    await new Promise(setImmediate)
  }
  const description = toDescription(messages)
  const heading = `${kind === 'live' ? 'Live conversation' : 'Conversation'}, shared on ${page.createdAt.slice(0, 10)}`
  return document({
    title,
    head: [
      meta({ name: 'description', content: description }),
      meta({ property: 'og:type', content: 'article' }),
      meta({ property: 'og:site_name', content: 'Holdfast' }),
      meta({ property: 'og:title', content: title }),
      meta({ property: 'og:description', content: description }),
      meta({ property: 'og:url', content: new URL(path, publicUrl).href }),
      meta({ name: 'twitter:card', content: 'summary' }),
      ...(kind === 'live' ? [meta({ httpEquiv: 'refresh', content: `${seconds};url=${path}?refresh` })] : []),
    ],
    body: [
      `<header>${html('h1', { dir: 'auto' }, title)}${html('p', {}, heading)}</header><main>`,
      ...(nextCursor === null ? [] : [`<p>${link(`${path}?before=${nextCursor}`, 'Earlier messages')}</p>`]),
      ...bodies,
      '</main><footer>',
      `<p>${link(`${basePath}/continue/${token}`, 'Continue in Holdfast')}</p>`,
      html('p', {}, 'Answers were written by a model and can be wrong.'),
      '</footer>',
    ].join('\n'),
  })
}

/** The one page for a link that leads nowhere, whatever the reason is. */
export const notFoundHtml = document({
  title: 'This link leads nowhere',
  head: [],
  body: `<main>${html('h1', {}, 'This link leads nowhere')}${html('p', {}, 'The conversation is not shared any more, or the link is not complete. Ask the person who sent it to you.')}</main>`,
})

/** The page for somebody who loads too many. */
export const tooManyHtml = document({
  title: 'Too many requests',
  head: [],
  body: `<main>${html('h1', {}, 'Too many requests')}${html('p', {}, 'Wait a moment, then load the page again.')}</main>`,
})

function document({ title, head, body }: { title: string; head: readonly string[]; body: string }): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer">',
    // Named, because a browser would ask the root of the host for one, which may be somebody else's. A page is at `share/<token>`.
    '<link rel="icon" href="../favicon.svg" type="image/svg+xml">',
    html('title', {}, `${title} · Holdfast`),
    ...head,
    `<style>${pageStyle}</style></head><body>`,
    body,
    '</body></html>',
  ].join('\n')
}

function messageToHtml({ role, status, parts }: SharedMessage, budget: { left: number }): string {
  const format = (text: string) => {
    budget.left -= text.length
    return budget.left < 0 ? textToHtml(text) : markdownToHtml(text)
  }
  const state = toState(status)
  return [
    `<article class="${role}">`,
    html('h2', {}, role === 'user' ? 'Question' : 'Answer'),
    '<div class="body" dir="auto">',
    ...parts.map((part) => partToHtml(part, role === 'user' ? textToHtml : format)),
    '</div>',
    ...(state === null ? [] : [html('p', { className: ['status'] }, state)]),
    '</article>',
  ].join('\n')
}

function toState(status: SharedMessage['status']): string | null {
  if (isActive(status)) return 'This answer is being written.'
  if (status === 'cancelled') return 'This answer was stopped.'
  return status === 'error' || status === 'interrupted' ? 'This answer broke off.' : null
}

function partToHtml(part: SharedPart, format: (text: string) => string): string {
  switch (part.type) {
    case 'text':
      return format(part.text)
    case 'reasoning':
      return folded('Reasoning', textToHtml(part.text))
    case 'tool-call': {
      const { name, args, result, error, state } = part
      const end = error ?? (result === undefined ? null : toJson(result))
      return folded(
        `Tool: ${name}${state === 'failed' || state === 'denied' ? ` (${state})` : ''}`,
        html('pre', { tabIndex: 0 }, toJson(args)) + (end === null ? '' : html('pre', { tabIndex: 0 }, end)),
      )
    }
    case 'file':
      return fileToHtml(part)
    case 'remark':
      return `<div class="remark">${textToHtml(part.text)}</div>`
  }
}

function fileToHtml({ name, mediaType, url, width, height }: Extract<SharedPart, { type: 'file' }>): string {
  if (!/^image\/(?:jpeg|png|webp|gif)$/u.test(mediaType)) return `<p>${link(url, name, false)}</p>`
  const size = width === undefined || height === undefined ? {} : { width, height }
  const picture = { src: `${url}?variant=thumbnail`, alt: name, loading: 'lazy', ...size }
  return `<figure>${toHtml(element('a', { href: url }, [element('img', picture, [])]))}</figure>`
}

function folded(summary: string, content: string): string {
  return `<details>${html('summary', {}, summary)}${content}</details>`
}

function toJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** The first words of the first question. */
function toDescription(messages: readonly SharedMessage[]): string {
  const text = messages[0]?.parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join(' ') ?? ''
  const words = text.replaceAll(/\s+/gu, ' ').trim()
  const characters = [...words.slice(0, maxDescriptionLength * 2)]
  return characters.length <= maxDescriptionLength ? words : `${characters.slice(0, maxDescriptionLength).join('')}…`
}

function link(href: string, label: string, isButton = true): string {
  return html('a', { href, ...(isButton ? { className: ['button'] } : {}) }, label)
}

function meta(properties: Element['properties']): string {
  // A `<` is harmless in an attribute; programs that make cards read these without a parser.
  return toHtml(element('meta', properties, [])).replaceAll(/(?!^)</gu, '&#x3C;')
}

function html(tagName: string, properties: Element['properties'], text: string): string {
  return toHtml(element(tagName, properties, [{ type: 'text', value: text }]))
}

function element(tagName: string, properties: Element['properties'], children: ElementContent[]): Element {
  return { type: 'element', tagName, properties, children }
}
