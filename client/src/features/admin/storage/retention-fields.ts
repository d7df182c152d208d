import type { ServerSettings } from '@holdfast/shared'

export type Retention = ServerSettings['retention']
/** What a person types for each; empty is for ever. */
type RetentionTexts = Readonly<Record<keyof Retention, string>>

/** In the order in which they are shown. */
export const retentionKeys = ['trash', 'unusedFiles', 'audit'] as const satisfies readonly (keyof Retention)[]
const maxDays = 36_500

export function retentionToTexts({ trash, unusedFiles, audit }: Retention): RetentionTexts {
  const toText = (days: number | null) => (days === null ? '' : String(days))
  return { trash: toText(trash), unusedFiles: toText(unusedFiles), audit: toText(audit) }
}

/** Days, or null for ever. Undefined: it is not a number of days that the server takes. */
export function textToDays(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  const days = /^\d{1,5}$/u.test(typed) ? Number(typed) : 0
  return days >= 1 && days <= maxDays ? days : undefined
}

/** Null: one of them is wrong. */
export function textsToRetention(texts: RetentionTexts): Retention | null {
  const [trash, unusedFiles, audit] = [textToDays(texts.trash), textToDays(texts.unusedFiles), textToDays(texts.audit)]
  if (trash === undefined || unusedFiles === undefined || audit === undefined) return null
  return { trash, unusedFiles, audit }
}
