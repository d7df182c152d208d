import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import type { FileStorage } from './file-storage.ts'
import type { StorageSettings } from './storage-settings.ts'

export type S3Settings = Extract<StorageSettings, { kind: 's3' }>

/** What every client of the bucket is made with. Keys come from the AWS_* variables or from the machine's role. */
export function toS3Options({ endpoint, region }: S3Settings): S3ClientConfig {
  return {
    region,
    // Servers that are compatible with S3 know neither a host for each bucket nor the newer checksums.
    ...(endpoint === null
      ? {}
      : {
          endpoint,
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED' as const,
          responseChecksumValidation: 'WHEN_REQUIRED' as const,
        }),
  }
}

/** Keeps files in a bucket, below `files/` of the prefix. */
export function openS3Storage(settings: S3Settings): FileStorage & Disposable {
  const { bucket } = settings
  const prefix = `${settings.prefix}files/`
  const client = new S3Client(toS3Options(settings))
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key })
  return {
    async put(key, path) {
      const { size } = await stat(path)
      await client.send(new PutObjectCommand({ ...at(key), Body: createReadStream(path), ContentLength: size }))
    },
    async open(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`
      const { Body } = await client.send(new GetObjectCommand({ ...at(key), ...(Range ? { Range } : {}) }))
      if (!(Body instanceof Readable)) throw new Error('the storage gave no bytes')
      return Body
    },
    async size(key) {
      try {
        return (await client.send(new HeadObjectCommand(at(key)))).ContentLength ?? 0
      } catch (error) {
        if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) return null
        throw error
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(at(key)))
    },
    async *list() {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key.slice(prefix.length)
      }
    },
    [Symbol.dispose]: () => client.destroy(),
  }
}
