import { createKeyCipher, type KeyCipher } from '../providers/key-cipher.ts'
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts'

/** What webhooks are made and sent with. */
export interface WebhookTools {
  readonly webhookCipher: KeyCipher
  readonly webhookSender: WebhookSender
  /** Whether an IP address is one that no webhook may have; null: all may be reached. */
  readonly insideForWebhooks: ((address: string) => boolean) | null
}

/** @param secret the server's, with which those of webhooks are encrypted */
export function openWebhooks(
  config: { readonly webhookAllowPrivate: boolean },
  secret: string,
  isInside: (address: string) => boolean,
): WebhookTools {
  const insideForWebhooks = config.webhookAllowPrivate ? null : isInside
  return {
    webhookCipher: createKeyCipher(secret, 'holdfast webhook secrets v1'),
    webhookSender: createWebhookSender(insideForWebhooks),
    insideForWebhooks,
  }
}
