import '../../i18n/later-english.ts'
import { useState } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useLocation, useParams } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { conversationPath } from '../../lib/routes.ts'
import { useClient } from '../../react/client-context.tsx'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'

/** Copies a shared conversation for its reader, who is asked first: the link may have come from anywhere. */
export function ContinuePage() {
  const text = useText()
  const { trpc } = useClient()
  const { token = '' } = useParams()
  const [, navigate] = useLocation()
  const [requestId] = useState(() => uuidv7())
  const [state, setState] = useState<'asking' | 'working' | { readonly failure: string }>('asking')
  const copy = async () => {
    setState('working')
    try {
      const { id } = await trpc.shares.copy.mutate({ requestId, token })
      navigate(conversationPath(id), { replace: true })
    } catch (error) {
      const { code, kind, message } = errorToFailure(error)
      const isGone = code === 'NOT_FOUND'
      setState({ failure: isGone ? text('share.continue.gone') : kind === 'refused' ? message : text('share.continue.failed') })
    }
  }
  return (
    <CenteredMessage
      title={text('share.continue')}
      actions={
        <Button tone="accent" disabled={state === 'working'} onClick={() => void copy()} data-testid="continue-share">
          {text('share.continue.action')}
        </Button>
      }
    >
      {typeof state === 'object' ? <span role="alert">{state.failure}</span> : text('share.continue.about')}
    </CenteredMessage>
  )
}
