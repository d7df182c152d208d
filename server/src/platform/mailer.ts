import { createTransport } from 'nodemailer'
import type { Logger } from './logger.ts'

export interface Mail {
  /** One address. */
  readonly to: string
  readonly subject: string
  /** Plain text. */
  readonly text: string
}

export interface Mailer extends AsyncDisposable {
  /**
   * Sends in the background, so that no answer tells by its time whether a mail was sent. A failure is logged without the address; there
   * is no second try.
   */
  readonly send: (mail: Mail) => void
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/u
const timeoutMs = 20_000

/**
 * Sends mails by SMTP. @param url `smtp://` or `smtps://`, with a user and password where the server asks for them; a password goes to
 * another machine only over TLS
 */
export function createMailer({
  url,
  from,
  logger,
}: {
  readonly url: URL
  readonly from: string
  readonly logger: Logger
}): Mailer {
  const transport = createTransport({
    url: url.href,
    requireTLS: url.protocol === 'smtp:' && url.password !== '' && !loopback.test(url.hostname),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A mail has no parts from elsewhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const pending = new Set<Promise<void>>()
  const deliver = async ({ to, subject, text }: Mail) => {
    try {
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
    } catch (error) {
      const { code, responseCode } = Object(error) as { code?: unknown; responseCode?: unknown }
      // The message of the error may hold the address.
      logger.error({ event: 'mail-failed', code, responseCode }, 'a mail could not be sent')
    }
  }
  return {
    send: (mail) => {
      const sending = deliver(mail).finally(() => pending.delete(sending))
      pending.add(sending)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(pending)
      transport.close()
    },
  }
}
