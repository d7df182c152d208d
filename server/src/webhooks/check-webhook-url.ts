import { isIP } from 'node:net'
import { badField } from '../platform/refusal.ts'

/**
 * Refuses an address that is plainly inside of a network. A name is checked at each attempt, by the address that it has then.
 * @param isInside null: all addresses may be reached
 * @throws Refusal BAD_REQUEST
 */
export function checkWebhookUrl(url: string, isInside: ((address: string) => boolean) | null): void {
  if (isInside === null) return
  const host = new URL(url).hostname.replaceAll(/^\[|\]$/gu, '')
  if (isIP(host) !== 0 && isInside(host))
    throw badField('url', 'is inside of a private network, which webhooks of this server may not reach')
}
