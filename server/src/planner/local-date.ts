/** The date (`YYYY-MM-DD`) at a time, this many minutes east of UTC. */
export function toLocalDate(at: Date, utcOffsetMinutes: number): string {
  return new Date(at.getTime() + utcOffsetMinutes * 60_000).toISOString().slice(0, 10)
}
