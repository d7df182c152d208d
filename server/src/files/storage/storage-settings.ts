/** Where files are kept: in a directory of this machine, or in a bucket that several servers share. */
export type StorageSettings =
  /** Null: under DATA_DIR. */
  | { readonly kind: 'disk'; readonly directory: string | null }
  | {
      readonly kind: 's3'
      readonly bucket: string
      /** Empty, or ends with a slash. */
      readonly prefix: string
      /** Null: Amazon's own. */
      readonly endpoint: string | null
      readonly region: string
    }

export class StorageSettingsError extends Error {
  override readonly name = 'StorageSettingsError'
}

/**
 * Reads `file:/a/directory` or `s3://bucket/prefix?endpoint=https://…&region=…`. Keys come from the AWS_* variables, never from the URL.
 * @throws StorageSettingsError
 */
export function parseStorageUrl(value: string | undefined): StorageSettings {
  if (value === undefined || value === 'file:') return { kind: 'disk', directory: null }
  if (value.startsWith('file:')) return { kind: 'disk', directory: value.replace(/^file:(?:\/\/(?=\/))?/u, '') }
  const url = URL.canParse(value) ? new URL(value) : null
  if (url?.protocol !== 's3:' || url.hostname === '') {
    throw new StorageSettingsError('must be file: with a directory, or s3://bucket/prefix?endpoint=…&region=…')
  }
  if (url.username !== '' || url.password !== '') {
    throw new StorageSettingsError('must hold no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  }
  const unknown = [...url.searchParams.keys()].find((key) => key !== 'endpoint' && key !== 'region')
  if (unknown !== undefined) throw new StorageSettingsError(`${unknown} is not known: there are endpoint and region`)
  const endpoint = url.searchParams.get('endpoint')
  if (endpoint !== null && !(URL.canParse(endpoint) && /^https?:$/u.test(new URL(endpoint).protocol))) {
    throw new StorageSettingsError('endpoint must be an http:// or https:// address')
  }
  const prefix = decodeURIComponent(url.pathname).replaceAll(/^\/+|\/+$/gu, '')
  return {
    kind: 's3',
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint,
    region: url.searchParams.get('region') ?? 'us-east-1',
  }
}
