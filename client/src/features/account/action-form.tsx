import { useId, useState, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { Button } from '../../ui/button.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { Problem } from '../../ui/problem.tsx'

export interface ActionFormProps {
  readonly title: string
  readonly about?: string
  readonly submit: string
  readonly tone?: 'plain' | 'danger'
  readonly testId: string
  /** Default false: it begins as a button. */
  readonly isOpenAtFirst?: boolean
  readonly onCancel?: () => void
  /** What to say of an error. By default, what the API says of it. */
  readonly toProblem?: (error: unknown) => string
  /** Gets the fields by their names, and gives what to say when it was done. */
  readonly onSubmit: (read: (name: string) => string) => Promise<string | null>
  /** The fields. */
  readonly children: ReactNode
}

/** A part of the account that opens to be changed: closed it is a button. */
export function ActionForm({
  title,
  about,
  submit,
  tone = 'plain',
  testId,
  isOpenAtFirst = false,
  onCancel,
  toProblem,
  onSubmit,
  children,
}: ActionFormProps) {
  const text = useText()
  const toast = useToast()
  const id = useId()
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const [isPending, setPending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const run = async (form: HTMLFormElement) => {
    const data = new FormData(form)
    setPending(true)
    setProblem(null)
    try {
      const done = await onSubmit((name) => {
        const value = data.get(name)
        return typeof value === 'string' ? value : ''
      })
      setOpen(false)
      if (done !== null) toast({ text: done })
    } catch (error) {
      const { kind, message } = errorToFailure(error)
      if (toProblem) setProblem(toProblem(error))
      else setProblem(kind === 'refused' || kind === 'busy' ? message : text('failed.unreachable'))
    } finally {
      setPending(false)
    }
  }
  if (!isOpen) {
    return (
      <Button tone={tone} onClick={() => setOpen(true)} data-testid={testId}>
        {title}
      </Button>
    )
  }
  return (
    <form
      aria-labelledby={id}
      className="space-y-3.5 rounded-md border border-line p-4"
      onSubmit={(event) => {
        event.preventDefault()
        void run(event.currentTarget)
      }}
    >
      <div>
        <h3 id={id} className="font-medium">
          {title}
        </h3>
        {about !== undefined && <p className="mt-0.5 text-sm text-soft">{about}</p>}
      </div>
      {children}
      {problem !== null && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          tone={tone === 'danger' ? 'danger' : 'accent'}
          disabled={isPending}
          data-testid={`${testId}-submit`}
        >
          {submit}
        </Button>
        <Button
          tone="quiet"
          onClick={() => {
            setOpen(false)
            onCancel?.()
          }}
        >
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
