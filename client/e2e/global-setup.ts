import { fileURLToPath } from 'node:url'

/** The server gives out the page as `npm start` builds it, made from the sources as they are now. */
export default async function buildPage(): Promise<void> {
  const path = fileURLToPath(new URL('../../.launch/page.mjs', import.meta.url))
  const { ensurePage } = (await import(path)) as { ensurePage: () => Promise<void> }
  await ensurePage()
}
