/** What every model is told first. Short: it is paid for with every call. */
export function defaultInstructions(now: Date, utcOffsetMinutes: number): string {
  const local = new Date(now.getTime() + utcOffsetMinutes * 60_000)
  const weekday = local.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
  const sign = utcOffsetMinutes < 0 ? '-' : '+'
  const size = Math.abs(utcOffsetMinutes)
  const offset = `${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
  return [
    'You are a helpful assistant in Holdfast. Be friendly, exact and short; use Markdown where it helps.',
    `For the user it is ${weekday}, ${local.toISOString().slice(0, 16).replace('T', ' ')} (UTC${offset}).`,
  ].join('\n')
}
