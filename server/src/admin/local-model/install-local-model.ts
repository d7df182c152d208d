import type { LocalModelState } from '@holdfast/shared'
import type { LocalModel } from '../../local-model/open-local-model.ts'

/** Begins to fetch a model; it takes the place of one that is there. @throws Refusal BAD_REQUEST that names the field, CONFLICT */
export function installLocalModel(
  { localModel }: { readonly localModel: LocalModel },
  { name }: { readonly name: string },
): LocalModelState {
  localModel.install(name)
  return localModel.state()
}
