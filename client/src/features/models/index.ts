export { ModelPicker } from './model-picker.tsx'
export { modelsToPickerItems } from './models-to-picker-items.ts'
