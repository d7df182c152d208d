import type { LocalModelState } from '@holdfast/shared'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'

export type LocalModelChange = { readonly install: string } | 'cancel' | 'remove'

export interface OfferedModelProps {
  readonly model: LocalModelState['offered'][number]
  readonly local: LocalModelState
  readonly isChanging: boolean
  readonly onChange: (change: LocalModelChange) => void
}

/** A model that can be downloaded, is being downloaded, or is there. */
export function OfferedModel({ model, local, isChanging, onChange }: OfferedModelProps) {
  const text = useText()
  const { name, title, about, bytes, licence, sha256 } = model
  const progress = local.progress?.name === name ? local.progress : null
  const isThere = local.installed === name && progress === null
  return (
    <li className="flex flex-wrap items-start justify-between gap-2 text-sm" data-testid="offered-model">
      <div className="min-w-40 flex-1">
        <p>
          {title}{' '}
          <span className="text-xs text-soft" title={text('local-model.hash', { sha256 })}>
            {text('local-model.facts', { megabytes: Math.round(bytes / 1_000_000), licence })}
          </span>
        </p>
        <p className="text-xs text-soft">{about}</p>
        {progress && <Progress progress={progress} />}
        {isThere && (
          <p className="mt-1 text-xs" role="status" data-testid="local-model-state">
            {text(local.state === 'running' ? 'local-model.running' : 'local-model.starting')}
          </p>
        )}
      </div>
      {progress ? (
        <Button size="small" disabled={isChanging} onClick={() => onChange('cancel')}>
          {text('local-model.cancel')}
        </Button>
      ) : isThere ? (
        <Button size="small" tone="quiet" disabled={isChanging} onClick={() => onChange('remove')}>
          {text('local-model.remove')}
        </Button>
      ) : (
        <Button
          size="small"
          disabled={isChanging || local.progress !== null}
          aria-label={text('local-model.install.label', { title })}
          onClick={() => onChange({ install: name })}
        >
          {text('local-model.install')}
        </Button>
      )}
    </li>
  )
}

function Progress({ progress }: { readonly progress: NonNullable<LocalModelState['progress']> }) {
  const text = useText()
  const { step, doneBytes, totalBytes } = progress
  const share = totalBytes === null ? null : Math.floor((100 * doneBytes) / totalBytes)
  const label = text(`local-model.step.${step}`)
  return (
    <div className="mt-1" data-testid="local-model-progress">
      <p className="text-xs">
        {label}
        {share !== null && ` ${share} %`}
      </p>
      <progress className="mt-1 h-1.5 w-full" aria-label={label} {...(share === null ? {} : { value: share, max: 100 })} />
    </div>
  )
}
