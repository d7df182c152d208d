import type { AppRouter } from '@holdfast/server'
import { createTRPCReact } from '@trpc/react-query'

/** For lists and settings. Streams go through the conversation store and the plain client. */
export const trpc = createTRPCReact<AppRouter>()
