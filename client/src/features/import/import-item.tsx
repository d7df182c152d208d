import type { Import, ImportSource } from '@holdfast/shared'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { toProgress } from './to-progress.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

const sourceNames: Readonly<Record<ImportSource, string>> = {
  holdfast: 'Holdfast',
  chatgpt: 'ChatGPT',
  claude: 'Claude',
  'open-webui': 'Open WebUI',
  librechat: 'LibreChat',
  lobechat: 'LobeChat',
}

/** An import: how far it is, what came of it, and what was not taken over. */
export function ImportItem({ item }: { readonly item: Import }) {
  const text = useText()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const cancel = trpc.imports.cancel.useMutation({
    onError: showFailure,
    onSettled: () => void utils.imports.list.invalidate(),
  })
  const { id, fileName, source, state, conversations, messages, skipped, plannerItems, problems } = item
  const isActive = state === 'queued' || state === 'running'
  const { done, total, share } = toProgress(item)
  const progress = total === null ? text('import.progress.of', { done, total: '…' }) : text('import.progress.of', { done, total })
  return (
    <li className="space-y-2 py-3" data-testid="import-item">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="text-sm font-medium break-words">{fileName}</p>
          <p className="text-sm text-soft">
            {sourceNames[source]} · <span data-testid="import-state">{text(`import.state.${state}`)}</span>
            {isActive && ` · ${progress}`}
          </p>
        </div>
        {isActive && (
          <Button
            size="small"
            aria-label={text('import.cancel.of', { name: fileName })}
            disabled={cancel.isPending}
            onClick={() => cancel.mutate({ importId: id })}
            data-testid="import-cancel"
          >
            {text('import.cancel')}
          </Button>
        )}
      </div>
      {isActive && share !== null && (
        <ProgressBar label={text('import.progress', { name: fileName })} share={share} words={progress} />
      )}
      {!isActive && (
        <p className="text-sm" data-testid="import-result">
          {text('import.result', { conversations, messages, skipped, plans: plannerItems })}
        </p>
      )}
      {problems.length > 0 && (
        <details className="text-sm">
          <summary className="cursor-default text-soft" data-testid="import-problems">
            {text('import.problems', { count: problems.length })}
          </summary>
          <ul className="mt-2 max-h-64 space-y-1 overflow-y-auto">
            {problems.map(({ what, why }, index) => (
              // Two of them may say the same.
              <li key={index} className="break-words">
                {what} <span className="text-soft">– {why}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}
