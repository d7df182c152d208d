export { ConversationList } from './conversation-list.tsx'
export { Shelf } from './shelf.tsx'
export { useActivity, useConversationLists } from './use-conversation-lists.ts'
export { useConversationActions } from './use-conversation-actions.ts'
