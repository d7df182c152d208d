import { createContext, useContext, useRef, type ReactNode, type RefObject } from 'react'
import type { ThreadHandle } from '../../features/thread/index.ts'

const ThreadHandleContext = createContext<RefObject<ThreadHandle | null>>({ current: null })

/** Lets everything below reach the thread that is open; the conversation page hands the ref to the thread. */
export function ThreadHandleProvider({ children }: { readonly children: ReactNode }) {
  const handleRef = useRef<ThreadHandle>(null)
  return <ThreadHandleContext value={handleRef}>{children}</ThreadHandleContext>
}

/** Its `current` is null while no thread is open. */
export function useThreadHandle(): RefObject<ThreadHandle | null> {
  return useContext(ThreadHandleContext)
}
