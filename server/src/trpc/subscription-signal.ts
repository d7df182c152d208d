/** The signal that ends a subscription. Every transport gives one; without it (a direct call in a test) nothing ends it from outside. */
export function subscriptionSignal(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal
}
