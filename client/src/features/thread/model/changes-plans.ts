import type { Part } from '@holdfast/shared'

const changingTool = /^(?:add|create|update|complete|delete)_(?:goal|milestone|task)$/u

/** Whether a call among these parts has changed the plans, as far as its name says. */
export function changesPlans(parts: readonly Part[]): boolean {
  return parts.some((part) => part.type === 'tool-call' && part.state === 'done' && changingTool.test(part.name))
}
