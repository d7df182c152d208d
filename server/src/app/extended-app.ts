import type { IncomingMessage, ServerResponse } from 'node:http'
import { configToSecrets, environmentToConfig } from '../config/config.ts'
import { checkExtension, type Extension } from '../extension/extension.ts'
import { createSecretMask } from '../platform/hide-secrets.ts'
import { createLogger } from '../platform/logger.ts'
import { useProxy } from '../platform/use-proxy.ts'
import { createApp as openApp, type App } from './app.ts'
import type { UpgradeListener } from './listen.ts'

/** What a program that starts a server gives. */
export interface AppOptions extends Extension {
  /** Those of docs/OPERATING.md, by their names. Default: the environment. */
  readonly settings?: Readonly<Record<string, string | undefined>>
}

/** A server that listens. */
export interface RunningApp extends AsyncDisposable {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  /** The address at which the first administrator makes their account. Null: there is one, or nobody needs one. */
  readonly createSetUpLink: () => Promise<string | null>
  /** Hands running answers over, asks clients to reconnect and closes everything. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** A server inside of another one: a listener for requests of Node, and middleware for Express. */
export interface Handler extends Omit<RunningApp, 'url'> {
  /** `next` gets the requests for other paths; without it they are a 404. */
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
  /** For the event `upgrade` of the server. It leaves the sockets of other paths alone. */
  readonly upgrade: UpgradeListener
}

/**
 * Starts a server.
 * @throws ConfigError, StartError with a sentence that names the setting or the field
 */
export async function createApp(options: AppOptions = {}): Promise<RunningApp> {
  return open('createApp', options, false)
}

/**
 * A server that is mounted under the path of `PUBLIC_URL` in another one.
 * @throws as {@link createApp}
 */
export async function createHandler(options: AppOptions = {}): Promise<Handler> {
  const app = await open('createHandler', options, true)
  const basePath = new URL(app.url).pathname.replace(/\/$/u, '')
  const handle = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void => {
    const own = request as IncomingMessage & { originalUrl?: string; baseUrl?: string }
    const path = own.originalUrl ?? own.url ?? '/'
    const isOurs = basePath === '' || path === basePath || path.startsWith(`${basePath}/`) || path.startsWith(`${basePath}?`)
    if (!isOurs && next) return next()
    // Routers inside of ours begin with an address of their own.
    own.url = path
    delete own.originalUrl
    delete own.baseUrl
    app.listener(own, response as ServerResponse & { req: IncomingMessage })
  }
  const { upgrade, createSetUpLink, close } = app
  return Object.assign(handle, { upgrade, createSetUpLink, close, [Symbol.asyncDispose]: close })
}

async function open(what: string, options: AppOptions, isMounted: boolean): Promise<App> {
  const { settings = process.env, ...extension } = options
  checkExtension(what, extension)
  const config = environmentToConfig(settings)
  if (config.hasProxy) await useProxy()
  const secretMask = createSecretMask(configToSecrets(config))
  const logger = createLogger(config.logLevel, undefined, secretMask)
  return openApp(config, { logger, secretMask, extension, isMounted })
}
