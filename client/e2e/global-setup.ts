import { fileURLToPath } from 'node:url'

/** Builds the page from the current sources, as `npm start` does. */
export default async function buildPage(): Promise<void> {
  const path = fileURLToPath(new URL('../../scripts/page.mjs', import.meta.url))
  const { ensurePage } = (await import(path)) as { ensurePage: () => Promise<void> }
  await ensurePage()
}
