'use client'

/** React bindings of the client. They need React 18.2 or newer. */
export { HoldfastProvider, useClient, type HoldfastProviderProps } from './client-context.tsx'
export { Thread, useThread, type ThreadProps, type ThreadState } from './thread.tsx'
export { useComposer, type ComposerState } from './use-composer.ts'
export { useConversation, type OpenConversation } from './use-conversation.ts'
export { useConversations, type OpenConversations } from './use-conversations.ts'
export { useSend } from './use-send.ts'
