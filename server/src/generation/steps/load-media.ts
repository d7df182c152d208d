import type { MediaFile } from '../../models/model-file.ts'
import type { ModelMessage } from '../../models/model.ts'

/** Reads what is sent as it is, once the prompt is known: a conversation may have more of it than a request. */
export async function loadMedia(messages: readonly ModelMessage[]): Promise<ModelMessage[]> {
  return Promise.all(
    messages.map(async (message) => {
      if (message.role === 'tool' && message.files) return { ...message, files: await Promise.all(message.files.map(load)) }
      if (message.role !== 'user' || message.files === undefined) return message
      const files = await Promise.all(message.files.map(async (file) => (file.type === 'media' ? await load(file) : file)))
      return { ...message, files }
    }),
  )
}

async function load(file: MediaFile): Promise<MediaFile> {
  return { ...file, data: await file.read() }
}
