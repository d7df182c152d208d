import { createValueStore } from '../../lib/value-store.ts'

/** Whether the dialog that adds a model is open. */
export const addingModel = createValueStore(false)
