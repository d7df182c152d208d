import { fileURLToPath } from 'node:url'

/** Launch options for a browser that works as root, without a GPU and without prompts. */
export interface ChromiumLaunch {
  readonly executablePath: string
  readonly env: NodeJS.ProcessEnv
  readonly args: string[]
}

interface FoundChromium {
  readonly executablePath: string
  /** Variables that it needs in addition to the environment of this process. */
  readonly env: Readonly<Record<string, string>>
}

/** Leads to this machine, and is no secure context for a page: unlike `localhost` and `127.0.0.1`. */
export const lanName = 'holdfast.lan'

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that beeps, and that nobody has to allow. As options of one file they would cost it a browser and a server.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--host-resolver-rules=MAP ${lanName} 127.0.0.1`,
]

/**
 * `CHROMIUM_PATH`, a Chromium or Chrome of the system, Playwright's own, or the one that comes with the packages, which runs on Linux
 * and brings along what it needs. @throws with a line that says what to install
 */
export async function findChromium(): Promise<ChromiumLaunch> {
  const path = fileURLToPath(new URL('../../scripts/chromium.mjs', import.meta.url))
  const chromium = (await import(path)) as { findChromium: () => Promise<FoundChromium> }
  const { executablePath, env } = await chromium.findChromium()
  return { executablePath, env: { ...process.env, ...env }, args }
}
