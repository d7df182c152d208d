import { fileURLToPath } from 'node:url'

/** A browser, and what has to be in its environment. */
export interface FoundChromium {
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * `CHROMIUM_PATH`, a Chromium or Chrome of the system, Playwright's own, or the one that comes with the packages, which runs on Linux
 * and brings along what it needs. @throws with a line that says what to install
 */
export async function findChromium(): Promise<FoundChromium> {
  const path = fileURLToPath(new URL('../../.launch/chromium.mjs', import.meta.url))
  const chromium = (await import(path)) as { findChromium: () => Promise<FoundChromium> }
  return await chromium.findChromium()
}
