import { Download } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../transport/client-context.tsx'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { Button } from '../../ui/button.tsx'
import { collectBlob } from './collect-blob.ts'
import { download } from '../../ui/download.ts'
import { writeEverything } from './write-export.ts'

type State = { readonly name: 'idle' | 'done' | 'failed' } | { readonly name: 'running'; readonly count: number }

/** Everything that belongs to this person, as a file. */
export function DataSettings() {
  const text = useText()
  const { trpc } = useClient()
  const { say } = useAnnouncer()
  const [state, setState] = useState<State>({ name: 'idle' })
  const run = async () => {
    setState({ name: 'running', count: 0 })
    try {
      const blob = await collectBlob('application/json', (write) =>
        writeEverything(trpc, write, (count) => setState({ name: 'running', count })),
      )
      download(blob, `holdfast ${new Date().toISOString().slice(0, 10)}.json`)
      setState({ name: 'done' })
      say(text('export.everything.done'))
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
          {state.name === 'done' && text('export.everything.done')}
          {state.name === 'failed' && text('export.failed')}
        </p>
      </div>
    </section>
  )
}
