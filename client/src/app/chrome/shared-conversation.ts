import type { Id } from '@holdfast/shared'
import { createValueStore } from '../../lib/value-store.ts'

/** The conversation whose links are shown; null while that dialog is closed. */
export const sharedConversation = createValueStore<Id | null>(null)
