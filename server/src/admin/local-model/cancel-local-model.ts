import type { LocalModelState } from '@holdfast/shared'
import type { LocalModel } from '../../local-model/open-local-model.ts'

/** Ends an installation, if one goes on. The next one continues with what has arrived. */
export async function cancelLocalModel({ localModel }: { readonly localModel: LocalModel }): Promise<LocalModelState> {
  await localModel.cancel()
  return localModel.state()
}
