import { activityRouter } from './activity/activity-router.ts'
import { tokensRouter } from './auth/tokens-router.ts'
import { conversationsRouter } from './conversations/conversations-router.ts'
import { draftsRouter } from './drafts/drafts-router.ts'
import { messagesRouter } from './messages/messages-router.ts'
import { goalsRouter } from './planner/goals-router.ts'
import { milestonesRouter } from './planner/milestones-router.ts'
import { tasksRouter } from './planner/tasks-router.ts'
import { searchRouter } from './search/search-router.ts'
import { toolCallsRouter } from './messages/tool-calls-router.ts'
import { modelsRouter, systemRouter } from './system/system-router.ts'
import { toolsRouter } from './tools/tools-router.ts'
import { router } from './trpc/procedures.ts'
import { usageRouter } from './usage/usage-router.ts'

/** Every procedure of Holdfast. Clients import its type only. */
export const appRouter = router({
  activity: activityRouter,
  conversations: conversationsRouter,
  drafts: draftsRouter,
  goals: goalsRouter,
  messages: messagesRouter,
  milestones: milestonesRouter,
  models: modelsRouter,
  search: searchRouter,
  system: systemRouter,
  tasks: tasksRouter,
  tokens: tokensRouter,
  toolCalls: toolCallsRouter,
  usage: usageRouter,
  tools: toolsRouter,
})

export type AppRouter = typeof appRouter
