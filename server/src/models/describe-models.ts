import type { Models } from './model.ts'

/** The provider and the host that messages are sent to, for the start: one line, and one for each further provider. */
export function describeModels({ demo, name, host, defaultModel, providers }: Models): string[] {
  if (demo) return ['Answers come from the built-in demo model, which is no AI']
  const first = `Answers come from ${name} (${host}), model ${defaultModel}`
  return [first, ...providers.slice(1).map((other) => `or from ${other.name} (${other.host}), models ${other.id}/…`)]
}
