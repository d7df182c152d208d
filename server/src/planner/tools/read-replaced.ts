import type { Id } from '@holdfast/shared'
import type { OwnToolContext } from '../../tools/tool-context.ts'
import { readItem } from '../planner-item.ts'
import type { PlannerKind, PlannerRow } from '../planner-row.ts'

/**
 * The texts of an item that a change is about to replace, for the result of the tool: a model may overwrite what a person wrote, and the
 * result is where it can be read and put back. Absent when no text is lost. @throws Refusal NOT_FOUND
 */
export async function readReplaced<Row extends PlannerRow>(
  { unit, userId }: OwnToolContext,
  kind: PlannerKind<Row, unknown>,
  id: Id,
  wanted: { readonly title?: string | undefined; readonly description?: string | null | undefined },
): Promise<{ replaced?: Record<string, string> }> {
  const before: { title: string; description?: string | null } = await readItem(unit.tx, kind, userId, id)
  const isLost = (key: 'title' | 'description') =>
    wanted[key] !== undefined && (before[key] ?? '') !== '' && wanted[key] !== before[key]
  const replaced = Object.fromEntries(
    (['title', 'description'] as const).flatMap((key) => (isLost(key) ? [[key, before[key] ?? '']] : [])),
  )
  return Object.keys(replaced).length === 0 ? {} : { replaced }
}
