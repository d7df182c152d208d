/** The package has no types of its own. */
declare module 's3rver' {
  import type { RequestListener } from 'node:http'

  export default class S3rver {
    constructor(options: {
      readonly directory: string
      readonly silent: boolean
      readonly allowMismatchedSignatures: boolean
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    readonly store: { getResourcePath(bucket: string, key: undefined, resource: string): string }
    configureBuckets(): Promise<unknown>
    callback(): RequestListener
  }
}
