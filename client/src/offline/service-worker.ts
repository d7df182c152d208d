import { addPlugins, addRoute, matchPrecache, precache, type PrecacheEntry } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { NetworkOnly } from 'workbox-strategies'

/**
 * Keeps the page's shell on the device, so that it opens without a network, with every draft and every waiting message. The build lists
 * its files (build/build-service-worker.ts). The server is asked for the page each time; the kept one is used when it does not answer, so
 * a newer page is never held back. Calls to the server do not pass through here.
 */
declare const shellFiles: PrecacheEntry[]
const shell = shellFiles

/** The part of a service worker's globals that is used here: the page's types lack it. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration
  readonly skipWaiting: () => Promise<void>
  addEventListener(type: 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void
}

/** Longer than a slow answer takes, shorter than a person waits for a page. */
const patienceSeconds = 5
/** A proxy answers, and the server behind it is away. */
const awayStatuses = [502, 503, 504]
const worker = globalThis as unknown as WorkerScope
/** Where this file is, without the path of the server: `/`, or like `/chat/`. */
const { pathname: root } = new URL('./', location.href)

const server = new NetworkOnly({ networkTimeoutSeconds: patienceSeconds })

registerRoute(
  new NavigationRoute(
    async (options) => {
      const answer = await server.handle(options).catch(() => null)
      // Firefox resolves a preload that failed, with an answer of type "error".
      if (answer && answer.type !== 'error' && !awayStatuses.includes(answer.status)) return answer
      return (await matchPrecache('index.html')) ?? answer ?? Response.error()
    },
    // Paths that the server answers itself, and files.
    { denylist: [new RegExp(`^${root}(?:api|trpc|mcp|health|metrics|share|\\.well-known)(?:/|$)`, 'u'), /^[^?]*\.\w+(?:\?|$)/u] },
  ),
)
// While a new page is being put in its place the old one may still be given out, and the kept ones would not fit together.
addPlugins([
  {
    cacheWillUpdate: async ({ request, response }) => {
      if (!response.ok) return null
      if (new URL(request.url).pathname !== `${root}index.html`) return response
      const html = await response.clone().text()
      // A font is named by the styles, whose own name changes with it.
      return shell.every(({ url, revision }) => revision !== null || url.endsWith('.woff2') || html.includes(url))
        ? response
        : null
    },
  },
])
precache(shell)
// The page itself is not served from here: a request for it asks which version the server has.
addRoute({ directoryIndex: '', cleanURLs: false, ignoreURLParametersMatching: [] })

// A newer worker takes over immediately. An open page is not affected: all files that it could ask for are named after their content.
void worker.skipWaiting()
// The page is on its way while the worker is still starting.
worker.addEventListener('activate', (event) => event.waitUntil(worker.registration.navigationPreload.enable()))
