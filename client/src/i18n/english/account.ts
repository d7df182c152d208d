/** Guests, accounts, signing in and out. */
export const account = {
  'account.guest': 'You are a guest',
  'account.guest.short': 'Guest',
  'account.guest.about':
    'Everything is saved on the server, but only this browser can reach it. With an account you can reach it from anywhere; everything that is here stays.',
  'account.signed-out.short': 'Signed out',
  'account.signed-out': 'You were signed out. What you wrote is kept on this device.',
  'account.signed-out.unkept': 'You were signed out. Keep this tab open: what you wrote is only in it.',
  'account.signed-out.about': 'Sign in to continue. What you wrote is kept on this device.',
  'account.continue-as-guest': 'Continue as guest',
  'account.create': 'Create an account',
  'account.sign-in': 'Sign in',
  'account.sign-in.guest-warning': 'If you sign in, this guest account and its conversations are left behind.',
  'account.sign-out': 'Sign out',
  'account.has-account': 'Already have an account?',
  'account.no-account': 'No account yet?',
  'account.name': 'Name',
  'account.email': 'Email',
  'account.password': 'Password',
  'account.password.hint': 'At least {min} characters',
} as const
