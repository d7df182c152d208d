import '../../i18n/later-english.ts'
import type { Id } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Text } from '../../i18n/use-text.ts'
import type { HoldfastClient } from '../../sdk/client.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import type { Toast } from '../../ui/toasts.tsx'
import { errorToSentence } from '../../react/error-to-sentence.ts'

/** A remark of which it is not known whether the server has it: the same again is done once. */
let unanswered: { readonly messageId: Id; readonly content: string; readonly requestId: Id } | null = null

/**
 * Gives a running answer a remark; one that has ended meanwhile is followed by a message with the same words. False: the server has not got
 * it, as far as is known, and the person was notified.
 */
export async function steerAnswer(
  deps: {
    readonly trpc: HoldfastClient['trpc']
    readonly text: Text
    readonly toast: (toast: Toast) => void
    readonly send: (content: string) => void
  },
  { messageId, content }: { readonly messageId: Id; readonly content: string },
): Promise<boolean> {
  const { trpc, text, toast, send } = deps
  const known = unanswered?.messageId === messageId && unanswered.content === content ? unanswered : null
  const request = known ?? { messageId, content, requestId: uuidv7() }
  unanswered = request
  try {
    await trpc.messages.steer.mutate(request)
    unanswered = null
    return true
  } catch (error) {
    const { kind, reason } = errorToFailure(error)
    if (kind === 'refused') unanswered = null
    if (reason === 'not-steerable') {
      send(content)
      toast({ text: text('remark.was-sent') })
      return true
    }
    toast({ tone: 'danger', text: errorToSentence(error, text) })
    return false
  }
}
