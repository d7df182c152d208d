export * from './answers.ts'
export { createScriptedProvider, type ScriptedProvider } from './create-scripted-provider.ts'
export { createGate } from './gate.ts'
export { readContinuation } from './scripted-request.ts'
