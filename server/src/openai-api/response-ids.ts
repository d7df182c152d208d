import type { Id } from '@holdfast/shared'
import { ApiError } from './api-error.ts'

const pattern = /^(?:resp|chatcmpl)[_-](?<hex>[0-9a-f]{32})$/u

/** The id of a response as programs know it: `resp_…`, or `chatcmpl-…` of Chat Completions. */
export function toResponseId(kind: 'chat' | 'responses', id: Id): string {
  return `${kind === 'chat' ? 'chatcmpl-' : 'resp_'}${id.replaceAll('-', '')}`
}

/** @throws ApiError 404 for what is no id of ours */
export function readResponseId(text: string): Id {
  const hex = pattern.exec(text)?.groups?.['hex']
  if (hex === undefined) throw responseNotFound()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export function responseNotFound(): ApiError {
  return new ApiError(404, 'The response was not found', { code: 'not_found' })
}
