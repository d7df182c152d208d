import { useEffect, useEffectEvent } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useToast } from '../../ui/toasts.tsx'

/** A file that is dropped where nothing takes it would replace the page. */
export function useKeepFilesOut(): void {
  const text = useText()
  const toast = useToast()
  const refuse = useEffectEvent(() => toast({ text: text('files.drop.elsewhere') }))
  useEffect(() => {
    const keepOut = (event: DragEvent) => {
      // The composer takes files of the whole page, and is the only part that does.
      if (!event.dataTransfer?.types.includes('Files') || document.querySelector('[data-composer]')) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'none'
      if (event.type === 'drop') refuse()
    }
    window.addEventListener('dragover', keepOut)
    window.addEventListener('drop', keepOut)
    return () => {
      window.removeEventListener('dragover', keepOut)
      window.removeEventListener('drop', keepOut)
    }
  }, [])
}
