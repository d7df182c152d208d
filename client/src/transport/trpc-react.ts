import type { AppRouter } from '@holdfast/server'
import { createTRPCReact } from '@trpc/react-query'

/** For lists and settings. What streams goes through the conversation store and the plain client. */
export const trpc = createTRPCReact<AppRouter>()
