import type { Mail } from '../../platform/mailer.ts'

/** The mail with the link by which somebody sets a new password. */
export function resetMail({ to, url, minutes }: { readonly to: string; readonly url: string; readonly minutes: number }): Mail {
  return {
    to,
    subject: 'Set a new password for Holdfast',
    text: [
      `Somebody, probably you, asked for a new password for the account of this address at ${new URL(url).origin}.`,
      '',
      `Open this link within ${minutes} minutes to set it. The link works once:`,
      url,
      '',
      'If it was not you, do nothing: your password stays as it is.',
      '',
    ].join('\n'),
  }
}

/** The mail with the link of an invitation. */
export function inviteMail({
  to,
  url,
  expiresAt,
}: {
  readonly to: string
  readonly url: string
  readonly expiresAt: Date
}): Mail {
  return {
    to,
    subject: 'You are invited to Holdfast',
    text: [
      `An administrator of ${new URL(url).origin} invites you to Holdfast, an AI chat.`,
      '',
      `Open this link to create your account. It works once, until ${expiresAt.toISOString().slice(0, 10)}:`,
      url,
      '',
    ].join('\n'),
  }
}
