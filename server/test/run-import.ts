import type { Import } from '@holdfast/shared'
import { expect, vi } from 'vitest'
import type { TestApp, TestUser } from '../testing/create-test-app.ts'
import { upload } from './upload.ts'

/** Waits until an import has ended. */
export function waitForImport(user: Pick<TestUser, 'client'>, importId: string): Promise<Import> {
  return vi.waitFor(
    async () => {
      const found = await user.client.imports.get.query({ importId })
      expect(['done', 'failed', 'cancelled']).toContain(found.state)
      return found
    },
    { timeout: 30_000, interval: 20 },
  )
}

/** Uploads a file, imports it, and waits for the end. */
export async function runImport(
  app: Pick<TestApp, 'url'>,
  user: TestUser,
  content: string | Uint8Array,
  name = 'export',
): Promise<Import> {
  const { id: fileId } = await upload(app, user, content, { name })
  const { id } = await user.client.imports.start.mutate({ fileId })
  return waitForImport(user, id)
}
