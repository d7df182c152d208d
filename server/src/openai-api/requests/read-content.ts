import { uuidSchema } from '@holdfast/shared'
import { z } from 'zod'
import { badParam } from '../api-error.ts'
import type { CallerFile } from './caller-input.ts'

const dataUrl = /^data:(?<type>[^;,]+)(?:;[^;,]+)*;base64,(?<data>.*)$/su

/**
 * The content of a message in either API: text, or a list of parts. A file comes as a data URL or by the id of one that was uploaded before:
 * the server fetches no addresses for a program.
 */
export const contentSchema = z.union([z.string(), z.array(z.looseObject({ type: z.string() })), z.null()])
export type Content = z.output<typeof contentSchema>

const textPart = z.object({ text: z.string() })
const imagePart = z.object({
  image_url: z.union([z.string(), z.object({ url: z.string() })]).optional(),
  file_id: uuidSchema.optional(),
})
const filePart = z.object({
  file_data: z.string().optional(),
  file_id: uuidSchema.optional(),
  filename: z.string().max(255).optional(),
})
const audioPart = z.object({ input_audio: z.object({ data: z.string(), format: z.string().max(16) }) })

export interface ReadContent {
  readonly text: string
  readonly files: readonly CallerFile[]
}

/** @throws ApiError that names the part. `path`: where the content stands. */
export function readContent(content: Content | undefined, path: string): ReadContent {
  if (content === undefined || content === null) return { text: '', files: [] }
  if (typeof content === 'string') return { text: content, files: [] }
  const texts: string[] = []
  const files: CallerFile[] = []
  for (const [index, part] of content.entries()) {
    const place = `${path}[${index}]`
    switch (part.type) {
      case 'text':
      case 'input_text':
      case 'output_text':
        texts.push(parse(textPart, part, place).text)
        break
      case 'refusal':
        texts.push(parse(z.object({ refusal: z.string() }), part, place).refusal)
        break
      case 'image_url':
      case 'input_image': {
        const { image_url: url, file_id: fileId } = parse(imagePart, part, place)
        const address = typeof url === 'string' ? url : url?.url
        files.push(fileId === undefined ? toFile(address, 'picture', 'picture', `${place}.image_url`) : { fileId })
        break
      }
      case 'file':
      case 'input_file': {
        const inner: unknown = part.type === 'file' && 'file' in part ? part['file'] : part
        const { file_data: data, file_id: fileId, filename = 'file' } = parse(filePart, inner, place)
        files.push(fileId === undefined ? toFile(data, filename, 'any', `${place}.file_data`) : { fileId })
        break
      }
      case 'input_audio': {
        const { data, format } = parse(audioPart, part, place).input_audio
        files.push({ base64: data, name: `recording.${format}`, kind: 'any' })
        break
      }
      default:
        throw badParam(`${place}.type`, `"${part.type.slice(0, 40)}" is not supported`)
    }
  }
  return { text: texts.join(''), files }
}

function toFile(url: string | undefined, name: string, kind: 'picture' | 'any', path: string): CallerFile {
  const data = url === undefined ? undefined : dataUrl.exec(url)?.groups?.['data']
  if (data === undefined) throw badParam(path, 'must be a data URL with base64. Upload larger files, and name them by file_id')
  return { base64: data, name, kind }
}

/** @throws ApiError that names the field */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, path: string): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const keys = issue?.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('') ?? ''
  throw badParam(`${path}${keys}`.replace(/^\./u, '') || 'body', issue?.message ?? 'is not valid')
}
