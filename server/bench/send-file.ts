import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Upload } from 'tus-js-client'
import type { TestUser } from '../testing/create-test-app.ts'

/** Uploads as the page does: a creation, and the bytes in one piece. Without a user to a server that asks for none. Gives the file's id. */
export async function send(
  url: string,
  user: Pick<TestUser, 'token'> | null,
  content: Buffer,
  metadata: { readonly purpose?: 'import' } = {},
): Promise<string> {
  const fileId = randomUUID()
  await new Promise<void>((resolve, reject) => {
    new Upload(content, {
      endpoint: `${url}/api/uploads`,
      metadata: { filename: 'file', fileId, ...metadata },
      retryDelays: null,
      storeFingerprintForResuming: false,
      ...(user === null ? {} : { headers: { authorization: `Bearer ${user.token}` } }),
      onSuccess: () => resolve(),
      onError: reject,
    }).start()
  })
  return fileId
}

/** Waits until a file was examined. Gives the number of its pages. @throws when it was refused */
export async function waitUntilReady({ client }: Pick<TestUser, 'client'>, fileId: string): Promise<number | undefined> {
  for (;;) {
    const file = await client.files.get.query({ fileId })
    if (file.state === 'refused') throw new Error(`the file was refused: ${file.error}`)
    if (file.state === 'ready') return file.pages
    await delay(10)
  }
}
