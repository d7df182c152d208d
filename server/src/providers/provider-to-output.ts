import { toAddedPrefix, type Provider } from '@holdfast/shared'
import type { KeyCipher } from './key-cipher.ts'
import { rowToStored, type ProviderRow } from './provider-store.ts'

/** What is told about a provider: everything but its key. */
export function rowToProvider(row: ProviderRow, cipher: KeyCipher): Provider {
  const { id, name, kind, baseUrl, background, models, defaultModel, enabled, isKeyUnreadable } = rowToStored(row, cipher)
  return {
    id,
    source: 'database',
    name,
    kind,
    baseUrl,
    hasKey: row.encryptedKey !== null,
    keyHint: row.keyHint,
    isKeyUnreadable,
    background,
    models,
    defaultModel,
    modelPrefix: toAddedPrefix(row),
    enabled,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
