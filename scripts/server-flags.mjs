/** For Node when it runs the server. */
export const serverFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4']
