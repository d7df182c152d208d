import type { SharedConversation, sharesReadInput } from '@holdfast/shared'
import type { z } from 'zod'
import { countView } from '../count-view.ts'
import { readSharedPage, type SharedPageDeps } from '../read-shared-page.ts'

/** A page of what a link shows. The newest one counts as a view. @throws Refusal NOT_FOUND, whatever is wrong with the link */
export async function readShare(deps: SharedPageDeps, input: z.output<typeof sharesReadInput>): Promise<SharedConversation> {
  const { share, page } = await readSharedPage(deps, input)
  if (input.before === undefined) await countView(deps.database.queries, share.id)
  return page
}
