/** The proxy is for other machines: what runs on this one is never reached through it. */
const notProxied = ['localhost', '127.0.0.1', '::1', '[::1]']

/** HTTPS_PROXY and HTTP_PROXY hold for every `fetch` of this process from now on. */
export async function useProxy(): Promise<void> {
  const { NO_PROXY = '', no_proxy: small = NO_PROXY } = process.env
  const all = [small, ...notProxied].filter((host) => host.trim() !== '').join(',')
  Object.assign(process.env, { NO_PROXY: all, no_proxy: all })
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici')
  setGlobalDispatcher(new EnvHttpProxyAgent())
}
