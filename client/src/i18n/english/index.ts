import { account } from './account.ts'
import { accountPages } from './account-pages.ts'
import { admin } from './admin.ts'
import { adminPeople } from './admin-people.ts'
import { announcements } from './announcements.ts'
import { answerDetails } from './answer-details.ts'
import { answerNotes } from './answer-notes.ts'
import { audit } from './audit.ts'
import { common } from './common.ts'
import { composer } from './composer.ts'
import { conversations } from './conversations.ts'
import { earlierVersions } from './earlier-versions.ts'
import { exportEverything } from './export-everything.ts'
import { exporting } from './export.ts'
import { failures } from './failures.ts'
import { filesPage } from './files-page.ts'
import { files } from './files.ts'
import { importing } from './import.ts'
import { links } from './links.ts'
import { localModel } from './local-model.ts'
import { markdown } from './markdown.ts'
import { models } from './models.ts'
import { parameters } from './parameters.ts'
import { planner } from './planner.ts'
import { plannerPage } from './planner-page.ts'
import { plannerUndo } from './planner-undo.ts'
import { providers } from './providers.ts'
import { reactions } from './reactions.ts'
import { remarks } from './remarks.ts'
import { search } from './search.ts'
import { searchPage } from './search-page.ts'
import { settings } from './settings.ts'
import { sharing } from './sharing.ts'
import { shell } from './shell.ts'
import { shortcutSettings } from './shortcut-settings.ts'
import { shortcuts } from './shortcuts.ts'
import { thread } from './thread.ts'
import { toolCalls } from './tool-calls.ts'
import { toolDecisions } from './tool-decisions.ts'
import { usage } from './usage.ts'
import { voice } from './voice.ts'
import { webhooks } from './webhooks.ts'

/** Texts that are downloaded before the first paint, in ICU MessageFormat. */
export const firstEnglish = {
  ...common,
  ...shell,
  ...conversations,
  ...composer,
  ...files,
  ...thread,
  ...toolCalls,
  ...failures,
  ...announcements,
  ...planner,
  ...search,
  ...exporting,
  ...models,
  ...account,
  ...shortcuts,
} as const

/** Texts of pages that are loaded later; they come with the code of those. */
export const laterEnglish = {
  ...accountPages,
  ...admin,
  ...adminPeople,
  ...answerDetails,
  ...audit,
  ...earlierVersions,
  ...exportEverything,
  ...filesPage,
  ...searchPage,
  ...importing,
  ...localModel,
  ...parameters,
  ...links,
  ...plannerPage,
  ...plannerUndo,
  ...providers,
  ...answerNotes,
  ...reactions,
  ...remarks,
  ...settings,
  ...sharing,
  ...shortcutSettings,
  ...toolDecisions,
  ...usage,
  ...voice,
  ...webhooks,
} as const

/** Texts of the parts that draw Markdown; they come with the code of those. */
export const markdownEnglish = markdown

/** Every text of the interface. Another language is another record with the same ids. */
export const english = { ...firstEnglish, ...laterEnglish, ...markdownEnglish } as const

export type TextId = keyof typeof english
