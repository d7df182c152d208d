import '../../i18n/later-english.ts'
import { FileUp } from 'lucide-react'
import { useRef, type ChangeEvent } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useStore } from '../../lib/use-store.ts'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { ImportItem } from './import-item.tsx'
import { ImportUpload } from './import-upload.tsx'

const input = { limit: 20 }
const refreshMs = 1_000

/** Chooses an export of another program, and shows the imports with their progress and reports. */
export function ImportSettings() {
  const text = useText()
  const { uploads } = useClient()
  const field = useRef<HTMLInputElement>(null)
  const items = useStore(uploads).filter(({ purpose }) => purpose === 'import')
  const list = trpc.imports.list.useQuery(input, {
    refetchOnMount: 'always',
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => each.state === 'queued' || each.state === 'running') ? refreshMs : false,
  })
  const imports = list.data?.items ?? []
  const waiting = items.filter(({ fileId }) => !imports.some((each) => each.fileId === fileId))
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? []
    // The same file can be chosen again.
    event.target.value = ''
    if (file) uploads.add(file, file.name, 'import')
  }
  return (
    <section aria-labelledby="import-heading" data-testid="import-settings">
      <h3 id="import-heading" className="text-sm font-medium">
        {text('import')}
      </h3>
      <p className="mt-1 text-sm leading-relaxed text-soft">{text('import.about')}</p>
      <input
        ref={field}
        type="file"
        accept=".zip,.json,application/zip,application/json"
        className="hidden"
        tabIndex={-1}
        aria-hidden
        onChange={onChange}
        data-testid="import-input"
      />
      <Button className="mt-4" onClick={() => field.current?.click()} data-testid="import-choose">
        <FileUp size={15} aria-hidden />
        {text('import.choose')}
      </Button>
      {list.isError && imports.length === 0 && <p className="mt-4 text-sm text-soft">{text('failed.unreachable')}</p>}
      {waiting.length + imports.length > 0 && (
        <ul className="mt-4 divide-y divide-line border-y border-line" aria-label={text('import')}>
          {waiting.map((item) => (
            <ImportUpload key={item.fileId} item={item} onRemove={() => uploads.remove(item.fileId)} />
          ))}
          {imports.map((each) => (
            <ImportItem key={each.id} item={each} />
          ))}
        </ul>
      )}
    </section>
  )
}
