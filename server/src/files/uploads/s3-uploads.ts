import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import { toS3Options, type S3Settings } from '../storage/s3-storage.ts'
import { isMissing, type UploadStore } from './upload-store.ts'

const information = '.info'
/** The smallest that S3 takes: less than this is sent again after a crash. */
const partSize = 5 * 1024 * 1024

/** Uploads in a bucket, below `uploads/` of the prefix: any of several servers takes the next piece. */
export function openS3Uploads(settings: S3Settings): UploadStore & Disposable {
  const { bucket } = settings
  const prefix = `${settings.prefix}uploads/`
  const options = toS3Options(settings)
  const client = new S3Client(options)
  // Not every compatible server knows tags; our own job removes what is left behind.
  const dataStore = new S3Store({ partSize, useTags: false, s3ClientConfig: { bucket, ...options } })
  const find = async (fileId: string) => {
    try {
      const { offset, size = 0 } = await dataStore.getUpload(prefix + fileId)
      return { offset, size }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }
  return {
    dataStore,
    toUploadId: (fileId) => prefix + fileId,
    find,
    async toLocalPath(fileId, directory) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + fileId }))
      if (!(Body instanceof Readable)) throw new Error('the storage gave no bytes')
      const path = join(directory, 'upload')
      await pipeline(Body, createWriteStream(path))
      return path
    },
    async remove(fileId) {
      try {
        // Frees the parts of one that was not finished. It knows nothing of those that were.
        await dataStore.remove(prefix + fileId)
      } catch (error) {
        if (!isMissing(error)) throw error
      }
      for (const suffix of ['', '.part', information]) {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + fileId + suffix }))
      }
    },
    async *list() {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key = '' } of page.Contents ?? []) {
          if (Key.endsWith(information)) yield Key.slice(prefix.length, -information.length)
        }
      }
    },
    [Symbol.dispose]: () => client.destroy(),
  }
}
