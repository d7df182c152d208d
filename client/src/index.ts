export type { AppRouter } from '@holdfast/server'
export {
  createConversationList,
  type ConversationListOptions,
  type ConversationListStore,
  type ConversationListView,
} from './sdk/conversation-list/conversation-list.ts'
export {
  createConversationStore,
  type BranchOptions,
  type ConversationStore,
  type OutgoingMessage,
} from './sdk/conversation-store/conversation-store.ts'
export type { ConversationView, Delivery, ViewMessage } from './sdk/conversation-store/conversation-view.ts'
export type { Outbox } from './sdk/outbox/outbox.ts'
export type { DeliveryState, OutboxFailure, OutboxFile, OutboxItem } from './sdk/outbox/outbox-item.ts'
export type { UploadItem, UploadState } from './sdk/uploads/upload-item.ts'
export type { Uploads } from './sdk/uploads/uploads.ts'
export type { HoldfastClient } from './sdk/client.ts'
export type { ConnectionState, ConnectionStore } from './sdk/transport/connection.ts'
export type { Diagnostic } from './sdk/transport/diagnostics.ts'
export { errorToFailure, type Failure } from './sdk/transport/failure.ts'
export type { KeyValueStorage } from './lib/device-storage.ts'
export { createHoldfastClient, type HoldfastClientOptions, type WebSocketClass } from './sdk/holdfast-client.ts'
