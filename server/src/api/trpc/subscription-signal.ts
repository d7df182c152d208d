/** The signal that ends a subscription. Every transport provides one; a direct call in a test may not, and is then never aborted. */
export function subscriptionSignal(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal
}
