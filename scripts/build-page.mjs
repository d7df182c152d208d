import { ensurePage } from './page.mjs'

// The page alone, from what is installed: a step of the image.
await ensurePage()
