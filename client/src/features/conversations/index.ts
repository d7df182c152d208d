import { lazyPart } from '../../ui/lazy-part.tsx'
import type { RenameDialogProps } from './rename-dialog.tsx'

export const ArchivePage = lazyPart(() => import('./archive-and-trash.tsx').then((module) => module.ArchivePage))
export const TrashPage = lazyPart(() => import('./archive-and-trash.tsx').then((module) => module.TrashPage))
export const RenameDialog = lazyPart<RenameDialogProps>(() => import('./rename-dialog.tsx').then((module) => module.RenameDialog))
export { ConversationList } from './conversation-list.tsx'
export { RecentConversations } from './recent-conversations.tsx'
export { useIsListed } from './use-is-listed.ts'
export { useActivity } from './use-conversation-lists.ts'
export { useConversationActions } from './use-conversation-actions.ts'
