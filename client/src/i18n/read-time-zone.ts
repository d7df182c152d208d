/** Where the user's days begin. A server that knows the zone needs no offset, which is right only until the clocks change. */
export function readTimeZone(): { readonly utcOffsetMinutes: number; readonly timeZone?: string } {
  const utcOffsetMinutes = -new Date().getTimezoneOffset()
  // Browsers that hide the zone have none, or one that is no name.
  const timeZone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone
  return /^[A-Z][\w/+-]{0,63}$/iu.test(timeZone ?? '') ? { utcOffsetMinutes, timeZone } : { utcOffsetMinutes }
}
