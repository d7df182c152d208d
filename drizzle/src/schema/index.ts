export * from './auth.ts'
export * from './conversations.ts'
export * from './generations.ts'
export * from './requests.ts'
