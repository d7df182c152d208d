import type { Id } from '@holdfast/shared'
import type { HoldfastClient } from '../../sdk/client.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'

/** The bytes of a file as the server keeps it; null when it is gone. @throws when the server is out of reach */
export async function readStoredFile(
  trpc: HoldfastClient['trpc'],
  fileId: Id,
  base: string | URL = location.href,
): Promise<ReadableStream<Uint8Array> | null> {
  try {
    const { url } = await trpc.files.url.query({ fileId, variant: 'original' })
    const response = await fetch(new URL(url, base))
    return response.ok ? response.body : null
  } catch (error) {
    if (errorToFailure(error).code !== 'NOT_FOUND') throw error
    return null
  }
}
