import '../../i18n/later-english.ts'
import { Download } from 'lucide-react'
import type { FilePart } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { Button } from '../../ui/button.tsx'
import { archiveExport } from './archive-export.ts'
import { collectBlob } from './collect-blob.ts'
import { download } from '../../ui/download.ts'
import { readStoredFile } from './read-stored-file.ts'
import { writeEverything } from './write-export.ts'

type State =
  | { readonly name: 'idle' | 'failed' }
  | { readonly name: 'running'; readonly count: number }
  /** `missing`: files that could not be added. */
  | { readonly name: 'done'; readonly missing: number }

/** Exports all data of the user to a file. */
export function DataSettings() {
  const text = useText()
  const { trpc } = useClient()
  const { say } = useAnnouncer()
  const [state, setState] = useState<State>({ name: 'idle' })
  const run = async () => {
    setState({ name: 'running', count: 0 })
    try {
      const files: FilePart[] = []
      const json = await collectBlob('application/json', (write) =>
        writeEverything(
          trpc,
          write,
          (count) => setState({ name: 'running', count }),
          (file) => files.push(file),
        ),
      )
      const name = `holdfast ${new Date().toISOString().slice(0, 10)}`
      let missing = 0
      if (files.length === 0) download(json, `${name}.json`)
      else {
        const archive = await archiveExport(json, files, (file) => readStoredFile(trpc, file.fileId))
        download(archive.blob, `${name}.zip`)
        missing = archive.missing.length
      }
      setState({ name: 'done', missing })
      say(text('export.everything.done', { missing }))
    } catch {
      setState({ name: 'failed' })
      say(text('export.failed'))
    }
  }
  return (
    <section aria-labelledby="export-everything">
      <h3 id="export-everything" className="text-sm font-medium">
        {text('export.everything')}
      </h3>
      <p className="mt-1 text-sm leading-relaxed text-soft">{text('export.everything.about')}</p>
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <Button onClick={() => void run()} disabled={state.name === 'running'} data-testid="export-everything">
          <Download size={15} aria-hidden />
          {text('export.everything')}
        </Button>
        <p className="text-sm text-soft" data-testid="export-state">
          {state.name === 'running' && text('export.everything.running', { count: state.count })}
          {state.name === 'done' && text('export.everything.done', { missing: state.missing })}
          {state.name === 'failed' && text('export.failed')}
        </p>
      </div>
    </section>
  )
}
