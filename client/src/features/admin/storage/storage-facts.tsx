import type { AdminStorage } from '@holdfast/shared'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { formatSize } from './format-size.ts'

/** Sizes, in all and by person. Names of people, never of files. */
export function StorageFacts({ storage }: { readonly storage: AdminStorage }) {
  const text = useText()
  const { databaseBytes, files, freeBytes } = storage
  const size = (bytes: number) => formatSize(bytes, locale)
  const facts = [
    [text('admin.storage.database'), size(databaseBytes)],
    [text('admin.storage.files'), text('admin.storage.files.count', { count: files.count, size: size(files.bytes) })],
    [text('admin.storage.free'), freeBytes === null ? text('admin.storage.free.elsewhere') : size(freeBytes)],
  ] as const
  return (
    <>
      <div className="space-y-3">
        <h2 className="font-medium">{text('admin.storage')}</h2>
        <dl className="grid gap-x-6 gap-y-3 rounded-md border border-line p-4 sm:grid-cols-3" data-testid="storage-facts">
          {facts.map(([name, value]) => (
            <div key={name} className="min-w-0">
              <dt className="text-xs text-soft">{name}</dt>
              <dd className="text-sm tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="space-y-3">
        <h3 className="text-sm font-medium" id="storage-people">
          {text('admin.storage.people')}
        </h3>
        {files.people.length === 0 ? (
          <p className="text-sm text-soft">{text('admin.storage.people.none')}</p>
        ) : (
          <table className="w-full border-collapse text-sm tabular-nums" aria-labelledby="storage-people">
            <thead className="text-xs text-soft">
              <tr className="border-b border-line-strong">
                <th scope="col" className="py-1.5 text-left font-medium">
                  {text('admin.storage.person')}
                </th>
                <th scope="col" className={`${numeric} font-medium`}>
                  {text('admin.storage.count')}
                </th>
                <th scope="col" className={`${numeric} font-medium`}>
                  {text('admin.storage.size')}
                </th>
              </tr>
            </thead>
            <tbody>
              {files.people.map(({ userId, name, isGuest, count, bytes }) => (
                <tr key={userId} className="border-b border-line" data-testid="storage-person">
                  <th scope="row" className="py-1.5 text-left font-normal wrap-anywhere">
                    <bdi>{isGuest ? text('admin.storage.guest') : name}</bdi>
                  </th>
                  <td className={numeric}>{new Intl.NumberFormat(locale).format(count)}</td>
                  <td className={numeric}>{size(bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  )
}

const numeric = 'py-1.5 pl-4 text-right whitespace-nowrap'
