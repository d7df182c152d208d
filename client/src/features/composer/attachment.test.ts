import type { FileInfo } from '@holdfast/shared'
import { expect, test } from 'vitest'
import type { UploadItem } from '../../sdk/uploads/upload-item.ts'
import { isUseless, toAttachment } from './attachment.ts'

const written = { fileId: 'f', name: 'a.png' }
const upload: UploadItem = {
  fileId: 'f',
  name: 'a.png',
  mediaType: 'image/png',
  bytes: 200,
  state: 'uploading',
  sentBytes: 50,
  isKept: true,
  error: null,
  file: null,
}
const info = { id: 'f', name: 'kept.png', mediaType: 'image/webp', bytes: 10 } as FileInfo

test('a file that this device sends shows how far it is', () => {
  expect(toAttachment(written, upload, null)).toMatchObject({ state: 'uploading', progress: 0.25, isAtRisk: false })
  expect(toAttachment(written, { ...upload, isKept: false }, null).isAtRisk).toBe(true)
  expect(toAttachment(written, { ...upload, isKept: false, state: 'ready' }, null).isAtRisk, 'the server has it').toBe(false)
  expect(toAttachment(written, { ...upload, bytes: 0, sentBytes: 0 }, null).progress, 'an empty file').toBe(1)
})

test('a file from another device shows what the server says', () => {
  expect(toAttachment(written, undefined, null)).toMatchObject({ name: 'a.png', state: 'waiting', bytes: null })
  expect(toAttachment(written, undefined, { ...info, state: 'uploading' }).state).toBe('elsewhere')
  expect(toAttachment(written, undefined, { ...info, state: 'ready' })).toMatchObject({
    name: 'kept.png',
    state: 'ready',
    bytes: 10,
  })
})

test('a file that cannot be used keeps the message from being sent', () => {
  expect(isUseless(toAttachment(written, undefined, 'missing'))).toBe(true)
  expect(isUseless(toAttachment(written, { ...upload, state: 'refused', error: 'no' }, null))).toBe(true)
  expect(isUseless(toAttachment(written, upload, null))).toBe(false)
})
