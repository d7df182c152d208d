'use client'

/** React bindings of the client. Needs React 19. */
export { useConversation } from './use-conversation.ts'
