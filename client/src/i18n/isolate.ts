/** Characters that turn the direction of what follows. */
const turns = /[\u202A-\u202E\u2066-\u2069]/u

/** A title or a name that turns the direction of its text does so within itself, and not in the sentence around it. */
export function isolate<Values extends Readonly<Record<string, string | number>>>(values?: Values): Values | undefined {
  return (
    values &&
    (Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, turns.test(`${value}`) ? `\u2068${value}\u2069` : value]),
    ) as Values)
  )
}
