import type { LocalModelState } from '@holdfast/shared'
import type { LocalModel } from '../../local-model/open-local-model.ts'

/** The models that can run beside the server, and what there is of them. */
export function getLocalModel({ localModel }: { readonly localModel: LocalModel }): LocalModelState {
  return localModel.state()
}
