import type { Plugin } from 'vite'
import { bundleToConversationParts } from './conversation-parts.ts'

/**
 * Tells the page's first script (public/before-paint.js) which files a conversation needs beyond what every page does, so that they are
 * fetched beside the page's own when an address of a conversation is opened, not after them.
 */
export function nameConversationParts(): Plugin {
  return {
    name: 'holdfast:name-conversation-parts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => {
        const content = [...bundleToConversationParts(bundle)].map((name) => `/${name}`).join(' ')
        return [{ tag: 'meta', attrs: { name: 'holdfast-conversation-parts', content }, injectTo: 'head-prepend' }]
      },
    },
  }
}
