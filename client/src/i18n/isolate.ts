/** Characters that turn the direction of what follows. */
const turns = /[\u202A-\u202E\u2066-\u2069]/u

/** A title or a name that turns the direction of its text does so within itself, and not in the sentence around it. */
export function isolate(values?: Readonly<Record<string, string | number>>): Record<string, string | number> {
  const isolated = { ...values }
  for (const name in isolated) if (turns.test(`${isolated[name]}`)) isolated[name] = `\u2068${isolated[name]}\u2069`
  return isolated
}
