import type { Message } from '@holdfast/shared'
import type { PromptFiles } from '../prompt/resolve-files.ts'
import type { Course } from './recover.ts'

export type ResolveFiles = (messages: readonly Message[]) => Promise<PromptFiles>

/** Files are resolved again only when the answer has got more of them, or another model writes it. */
export function createResolver(
  course: Course,
  resolve: (messages: readonly Message[], model: string) => Promise<PromptFiles>,
): ResolveFiles {
  let known: { count: number; model: string; files: Promise<PromptFiles> } | null = null
  return (messages) => {
    const { model } = course
    const count = messages.at(-1)?.parts.filter(({ type }) => type === 'file').length ?? 0
    if (known?.count !== count || known.model !== model) known = { count, model, files: resolve(messages, model) }
    return known.files
  }
}
