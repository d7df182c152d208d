import { lazy } from 'react'

/** Fetched when it is first shown. */
export const UsagePage = lazy(() => import('./usage-page.tsx').then((module) => ({ default: module.UsagePage })))
