import type { LocalModelState } from '@holdfast/shared'
import type { LocalModel } from '../../local-model/open-local-model.ts'

/** Removes the model, its provider and the program that ran it. @throws Refusal CONFLICT */
export async function removeLocalModel({ localModel }: { readonly localModel: LocalModel }): Promise<LocalModelState> {
  await localModel.remove()
  return localModel.state()
}
