import type { Fail } from '../platform/settings-file.ts'

/** How the server sends mails. */
export interface MailSettings {
  readonly url: URL
  /** An address, perhaps with a name: `Holdfast <chat@example.com>`. */
  readonly from: string
}

const fromPattern = /^(?:[^<>\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/u

/**
 * `SMTP_URL` (`smtp://` or `smtps://`) and `MAIL_FROM`: both or neither; null for neither. @throws what `fail` makes of the first thing that
 * is wrong; its text names the variable and holds no secret
 */
export function readMailSettings(
  { SMTP_URL: address, MAIL_FROM: from }: { readonly SMTP_URL?: string | undefined; readonly MAIL_FROM?: string | undefined },
  fail: Fail,
): MailSettings | null {
  if (address === undefined && from === undefined) return null
  if (address === undefined) throw fail('SMTP_URL: is missing')
  if (from === undefined) throw fail('MAIL_FROM: is missing')
  const url = URL.parse(address)
  if (!url || !/^smtps?:$/u.test(url.protocol) || url.hostname === '')
    throw fail('SMTP_URL: must be an smtp:// or smtps:// address')
  if (!fromPattern.test(from)) throw fail('MAIL_FROM: must be an address like Holdfast <chat@example.com>')
  return { url, from }
}
