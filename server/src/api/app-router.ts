import { accountRouter } from './routers/account-router.ts'
import { activityRouter } from './routers/activity-router.ts'
import { adminRouter } from './routers/admin-router.ts'
import { tokensRouter } from './routers/tokens-router.ts'
import { conversationsRouter } from './routers/conversations-router.ts'
import { draftsRouter } from './routers/drafts-router.ts'
import { messagesRouter } from './routers/messages-router.ts'
import { filesRouter } from './routers/files-router.ts'
import { importsRouter } from './routers/imports-router.ts'
import { goalsRouter } from './routers/goals-router.ts'
import { milestonesRouter } from './routers/milestones-router.ts'
import { plannerRouter } from './routers/planner-router.ts'
import { tasksRouter } from './routers/tasks-router.ts'
import { reactionsRouter } from './routers/reactions-router.ts'
import { searchRouter } from './routers/search-router.ts'
import { toolCallsRouter } from './routers/tool-calls-router.ts'
import { modelsRouter } from './routers/models-router.ts'
import { providersRouter } from './routers/providers-router.ts'
import { sharesRouter } from './routers/shares-router.ts'
import { streamRouter } from './routers/stream-router.ts'
import { systemRouter } from './routers/system-router.ts'
import { toolsRouter } from './routers/tools-router.ts'
import { webhooksRouter } from './routers/webhooks-router.ts'
import { router } from './trpc/procedures.ts'
import { usageRouter } from './routers/usage-router.ts'

/** Every procedure of Holdfast. Clients import its type only. */
export const appRouter = router({
  account: accountRouter,
  activity: activityRouter,
  admin: adminRouter,
  conversations: conversationsRouter,
  drafts: draftsRouter,
  files: filesRouter,
  goals: goalsRouter,
  imports: importsRouter,
  messages: messagesRouter,
  milestones: milestonesRouter,
  models: modelsRouter,
  planner: plannerRouter,
  providers: providersRouter,
  reactions: reactionsRouter,
  search: searchRouter,
  shares: sharesRouter,
  stream: streamRouter,
  system: systemRouter,
  tasks: tasksRouter,
  tokens: tokensRouter,
  toolCalls: toolCallsRouter,
  usage: usageRouter,
  tools: toolsRouter,
  webhooks: webhooksRouter,
})

export type AppRouter = typeof appRouter
