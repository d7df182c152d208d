import { lazyPart } from '../../ui/lazy-part.tsx'
import type { ModelInputNoticeProps } from './model-input-notice.tsx'

export const ModelInputNotice = lazyPart<ModelInputNoticeProps>(() =>
  import('./model-input-notice.tsx').then((module) => module.ModelInputNotice),
)
export { ModelPicker } from './model-picker.tsx'
export { modelsToPickerItems, type ModelItem } from './models-to-picker-items.ts'
