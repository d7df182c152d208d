import type { Id, Message } from '@holdfast/shared'
import { useCallback, useImperativeHandle, useRef, type Ref } from 'react'
import type { Reader } from './model/reader-context.ts'
import type { ThreadHandle } from './model/thread-handle.ts'

export interface ThreadHandleOptions {
  readonly handleRef: Ref<ThreadHandle> | undefined
  readonly messages: readonly Message[]
  readonly openFind: () => boolean
  readonly showMessage: (messageId: Id) => void
}

/** Gives the page its handle on the thread. Returns how a question registers that it can be edited. */
export function useThreadHandle({ handleRef, messages, openFind, showMessage }: ThreadHandleOptions): Reader['registerEditor'] {
  const editorsRef = useRef(new Map<Id, () => void>())
  useImperativeHandle(handleRef, () => ({
    openFind,
    showLastAnswer: () => {
      const answer = messages.findLast(({ role }) => role === 'assistant')
      if (answer) showMessage(answer.id)
    },
    editLastQuestion: () => {
      const question = messages.findLast(({ id }) => editorsRef.current.has(id))
      if (question) editorsRef.current.get(question.id)?.()
      return question !== undefined
    },
  }))
  return useCallback((messageId, open) => {
    const editors = editorsRef.current
    editors.set(messageId, open)
    return () => {
      if (editors.get(messageId) === open) editors.delete(messageId)
    }
  }, [])
}
