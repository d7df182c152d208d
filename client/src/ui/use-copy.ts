import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

const shownMs = 1_600

/** Copies text, and sets `isCopied` for a moment afterwards. */
export function useCopy(): { readonly isCopied: boolean; readonly copy: (text: string) => void } {
  const [copiedAt, setCopiedAt] = useState(0)
  useEffect(() => {
    if (copiedAt === 0) return
    const timer = setTimeout(() => setCopiedAt(0), shownMs)
    return () => clearTimeout(timer)
  }, [copiedAt])
  return {
    isCopied: copiedAt > 0,
    copy: (text) => {
      void copyText(text).then((isCopied) => setCopiedAt(isCopied ? Date.now() : 0))
    },
  }
}
