/** Who is signed in, as every page shows it. */
export const account = {
  'account.guest.short': 'Guest',
  'account.signed-out.short': 'Signed out',
  'account.signed-out': 'You were signed out. What you wrote is kept on this device.',
  'account.signed-out.unkept': 'You were signed out. Keep this tab open: what you wrote is only in it.',
  'account.sign-in': 'Sign in',
} as const
