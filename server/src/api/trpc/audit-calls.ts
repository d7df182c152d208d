import type { AuditAction } from '@holdfast/shared'
import type { Audit, AuditEntry } from '../../audit/open-audit.ts'
import { Refusal } from '../../platform/refusal.ts'

/**
 * How a procedure is recorded in the audit log. The target is the thing that the action is about: `token.created` names a token by the
 * field `tokenId` of the input, by `tokenId` or `id` of the result, or by the `id` of its member `token`.
 */
export type AuditMeta =
  | AuditAction
  | {
      readonly action: AuditAction
      /** Fields of the input that are recorded with their values: kinds and numbers, never texts of people and never secrets. */
      readonly fields?: readonly string[]
      /** A page of an export, for example: a minute's calls for one target are one record. */
      readonly often?: true
    }

export interface AuditedCall {
  readonly meta: AuditMeta
  readonly actorId: string
  readonly address: string | null
  readonly input: unknown
}

/** Records a call that was carried out. */
export async function recordCall(audit: Pick<Audit, 'note' | 'noteOften'>, call: AuditedCall, result: unknown): Promise<void> {
  const meta = typeof call.meta === 'string' ? { action: call.meta } : call.meta
  const entry = { ...toEntry(call), details: pickFields(call.input, meta.fields ?? []) }
  const idField = `${toCamel(entry.targetType)}Id`
  const targetId =
    readText(call.input, idField) ??
    readText(result, idField) ??
    readText(result, 'id') ??
    readText(readMember(result, toCamel(entry.targetType)), 'id')
  const named = targetId === null ? entry : { ...entry, targetId }
  if (meta.often) await audit.noteOften(`${meta.action} ${call.actorId} ${targetId}`, named)
  else await audit.note(named)
}

/** Records that somebody tried what only administrators may do. Of a person's many tries of one procedure the first within a minute. */
export async function recordAccess(
  audit: Pick<Audit, 'noteOften'>,
  caller: { readonly userId: string; readonly address: string | null },
  procedure: string,
): Promise<void> {
  const { userId: actorId, address } = caller
  const entry = { action: 'access.refused', actorId, address, details: { procedure } } as const
  await audit.noteOften(`refused ${procedure} ${actorId}`, entry)
}

/** Records that a limit stopped somebody. Of a person, or of an address without one, one record a minute. */
export async function recordLimit(
  audit: Pick<Audit, 'noteOften'>,
  caller: { readonly userId: string | null; readonly address: string | null },
  refusal: Refusal,
  procedure: string,
): Promise<void> {
  const { userId, address } = caller
  const details = { limit: refusal.reason ?? 'rate-limited', procedure }
  await audit.noteOften(`limit ${userId ?? address}`, { action: 'limit.reached', actorId: userId, address, details })
}

export function isLimitRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'TOO_MANY_REQUESTS'
}

export function isAccessRefusal(error: unknown): boolean {
  return error instanceof Refusal && error.reason === 'admin-only'
}

function toEntry({ meta, actorId, address }: AuditedCall): AuditEntry & { readonly targetType: string } {
  const action = typeof meta === 'string' ? meta : meta.action
  return { action, actorId, targetType: action.slice(0, action.indexOf('.')), address }
}

function toCamel(name: string): string {
  return name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase())
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function readText(value: unknown, name: string): string | null {
  const found = readMember(value, name)
  return typeof found === 'string' ? found.slice(0, 200) : null
}

function pickFields(input: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof input !== 'object' || input === null) return {}
  return Object.fromEntries(
    names.filter((name) => Reflect.get(input, name) !== undefined).map((name) => [name, Reflect.get(input, name)]),
  )
}
