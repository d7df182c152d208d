import '../../../i18n/later-english.ts'
import type { Id, PlannerUndoPreview } from '@holdfast/shared'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useText } from '../../../i18n/use-text.ts'
import { useClient } from '../../../react/client-context.tsx'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import { Button } from '../../../ui/button.tsx'
import { DialogImpl } from '../../../ui/dialog-impl.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { UndoDiff } from './undo-diff.tsx'

export interface PlannerUndoDialogProps {
  readonly messageId: Id
  readonly onClose: () => void
}

/** Shows what undoing an answer's changes to the plans does, and what it leaves alone, before it is done. After an undo it offers to redo. */
export function PlannerUndoDialog({ messageId, onClose }: PlannerUndoDialogProps) {
  const text = useText()
  const { trpc } = useClient()
  const [isWorking, setWorking] = useState(false)
  const reverse = useReverse(messageId)
  useFocusMessageAfter(messageId)
  const preview = useQuery({
    queryKey: ['planner', 'previewUndo', messageId],
    queryFn: ({ signal }) => trpc.planner.previewUndo.query({ messageId }, { signal }),
    staleTime: 0,
    gcTime: 0,
  })
  const kind = preview.data?.state === 'undone' ? 'redo' : 'undo'
  const isRedo = kind === 'redo'
  const act = async () => {
    if (isWorking) return
    setWorking(true)
    if (await reverse(kind)) onClose()
    else setWorking(false)
  }
  return (
    <DialogImpl title={text(isRedo ? 'undo.title.redo' : 'undo.title')} isOpen onClose={onClose} testId="planner-undo">
      {preview.isPending && <p role="status">{text('loading')}</p>}
      {preview.isError && (
        <div className="flex items-center gap-3 text-soft">
          <p role="alert">{text('undo.failed')}</p>
          <Button size="small" onClick={() => void preview.refetch()}>
            {text('try-again')}
          </Button>
        </div>
      )}
      {preview.isSuccess && (
        <>
          <About preview={preview.data} />
          <UndoDiff items={preview.data.items} kept={preview.data.kept} />
          <div className="mt-5 flex justify-end gap-2">
            <Button data-first-focus="" onClick={onClose}>
              {text(preview.data.items.length === 0 ? 'close' : 'cancel')}
            </Button>
            {preview.data.items.length > 0 && (
              <Button
                tone="accent"
                aria-disabled={isWorking || undefined}
                // A disabled button would lose the focus, and the dialog could not give it back.
                className="aria-disabled:opacity-50"
                onClick={() => void act()}
                data-testid="planner-undo-confirm"
              >
                {text(isRedo ? 'undo.action.redo' : 'undo.action')}
              </Button>
            )}
          </div>
        </>
      )}
    </DialogImpl>
  )
}

function About({ preview: { state, items, kept } }: { readonly preview: PlannerUndoPreview }) {
  const text = useText()
  const sentence =
    items.length === 0
      ? text(kept.length === 0 ? 'undo.nothing' : 'undo.nothing.left')
      : text(state === 'undone' ? 'undo.about.redo' : 'undo.about')
  return <p className="text-sm text-soft">{sentence}</p>
}

/** The entry of a menu that has opened the dialog is gone when it closes: the focus moves to the answer. */
function useFocusMessageAfter(messageId: Id): void {
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return
        document.querySelector<HTMLElement>(`[data-part=message][data-message-id="${messageId}"]`)?.focus({ preventScroll: true })
      })
    },
    [messageId],
  )
}

/** Undoes or redoes, and offers the opposite. Gives whether the server has done it; a repeat after a lost answer does it once. */
function useReverse(messageId: Id): (kind: 'undo' | 'redo') => Promise<boolean> {
  const text = useText()
  const toast = useToast()
  const { trpc } = useClient()
  return useMemo(() => {
    const requestIds = { undo: uuidv7(), redo: uuidv7() }
    const reverse = async (kind: 'undo' | 'redo'): Promise<boolean> => {
      try {
        const { items } = await trpc.planner[kind].mutate({ requestId: requestIds[kind], messageId })
        requestIds[kind] = uuidv7()
        const opposite = kind === 'undo' ? 'redo' : 'undo'
        toast({
          text:
            items.length === 0
              ? text('undo.done.nothing')
              : text(kind === 'undo' ? 'undo.done' : 'undo.done.redo', { count: items.length }),
          ...(items.length === 0
            ? {}
            : {
                action: {
                  label: text(opposite === 'redo' ? 'undo.action.redo' : 'undo.action'),
                  run: () => void reverse(opposite),
                },
              }),
        })
        return true
      } catch (error) {
        const { kind: failure, message } = errorToFailure(error)
        toast({ tone: 'danger', text: failure === 'refused' ? message : text('failed.unreachable') })
        return false
      }
    }
    return reverse
  }, [messageId, text, toast, trpc])
}
