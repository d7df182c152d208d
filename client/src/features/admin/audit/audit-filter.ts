import type { AuditAction } from '@holdfast/shared'

/** What the list is narrowed down to. Days are `2026-11-29`, where the reader is. */
export interface AuditFilter {
  readonly user: { readonly id: string; readonly name: string } | null
  readonly action: AuditAction | null
  readonly from: string | null
  readonly to: string | null
}

export const noFilter: AuditFilter = { user: null, action: null, from: null, to: null }

export function isFiltered({ user, action, from, to }: AuditFilter): boolean {
  return user !== null || action !== null || from !== null || to !== null
}

/** The filter as `admin.audit.list` takes it. */
export function filterToInput({ user, action, from, to }: AuditFilter) {
  return {
    ...(user === null ? {} : { user: user.id }),
    ...(action === null ? {} : { action }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  }
}
