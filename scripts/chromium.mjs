import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './project.mjs'

const installed = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
const client = createRequire(join(root, 'client', 'package.json'))

/**
 * The browser of the tests: an installed one, or the one of an npm package, which contains the libraries and a font that it needs.
 * @returns {Promise<{ executablePath: string, env: Record<string, string> }>}
 * @throws with a line that says what to install
 */
export async function findChromium() {
  const { chromium } = client('@playwright/test')
  const path = [...installed, chromium.executablePath()].find((candidate) => candidate && existsSync(candidate))
  if (path !== undefined) return { executablePath: path, env: {} }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The browser tests need Chromium or Chrome: install one, or set CHROMIUM_PATH to where it is.')
  }
  const folder = await unpackPackagedChromium()
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  const env = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }
  return { executablePath: join(folder, 'chromium'), env: { ...env, LD_LIBRARY_PATH: libraries } }
}

/** Unpacks the browser of `@sparticuz/chromium` (200 MB) once and gives its folder. */
async function unpackPackagedChromium() {
  const entry = client.resolve('@sparticuz/chromium')
  const { version } = client(join(dirname(entry), '..', 'package.json'))
  const cache = join(root, 'node_modules', '.cache')
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(join(cache, 'chromium-'))
  const { inflate } = await import(entry)
  // The package unpacks into the temporary folder of the system, and takes half a file there for a whole one.
  const before = process.env.TMPDIR
  process.env.TMPDIR = draft
  try {
    const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']
    await Promise.all(archives.map((name) => inflate(join(dirname(entry), '..', 'bin', name))))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  const fonts = `<fontconfig><dir>${join(folder, 'fonts', 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`
  writeFileSync(join(draft, 'fonts', 'fonts.conf'), `<?xml version="1.0"?>\n${fonts}\n`)
  // Renamed whole: another run that unpacks at the same time never sees half of it.
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(draft, { recursive: true, force: true })
  }
  return folder
}
