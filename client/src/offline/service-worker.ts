import { addPlugins, addRoute, matchPrecache, precache, type PrecacheEntry } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { NetworkOnly } from 'workbox-strategies'

/**
 * Keeps the page's shell on the device, so that it opens without a network, with every draft and every message that waits. What is in it
 * is put in by the build (build/build-service-worker.ts). It never stands between a page and a newer one: the server is asked for the
 * page each time, the kept one is for when it does not answer. Calls to the server do not pass through here.
 */
declare const shellFiles: PrecacheEntry[]
const shell = shellFiles

/** What is used here of a service worker's world, which the page's types do not know. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration
  readonly skipWaiting: () => Promise<void>
  addEventListener(type: 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void
}

/** Longer than a slow answer takes, shorter than anybody waits for a page. */
const patienceSeconds = 5
/** Nobody is behind the proxy that answers. */
const awayStatuses = [502, 503, 504]
const worker = globalThis as unknown as WorkerScope

const server = new NetworkOnly({ networkTimeoutSeconds: patienceSeconds })

registerRoute(
  new NavigationRoute(
    async (options) => {
      const answer = await server.handle(options).catch(() => null)
      if (answer && !awayStatuses.includes(answer.status)) return answer
      return (await matchPrecache('/index.html')) ?? answer ?? Response.error()
    },
    // What the server answers itself, and files.
    { denylist: [/^\/(?:api|trpc|mcp|health|metrics|\.well-known)(?:\/|$)/u, /^[^?]*\.\w+(?:\?|$)/u] },
  ),
)
// While a new page is being put in its place the old one may still be given out, and the kept ones would not fit together.
addPlugins([
  {
    cacheWillUpdate: async ({ request, response }) => {
      if (!response.ok) return null
      if (new URL(request.url).pathname !== '/index.html') return response
      const html = await response.clone().text()
      return shell.every(({ url, revision }) => revision !== null || html.includes(url)) ? response : null
    },
  },
])
precache(shell)
// The page itself is not among what is answered from here: whoever asks for it wants to know which one the server has.
addRoute({ directoryIndex: '', cleanURLs: false, ignoreURLParametersMatching: [] })

// A newer one takes over at once. That changes nothing for a page that is open: all it could ask here is named after its content.
void worker.skipWaiting()
// The page is on its way while the worker is still starting.
worker.addEventListener('activate', (event) => event.waitUntil(worker.registration.navigationPreload.enable()))
