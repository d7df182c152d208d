/**
 * For Node when it runs the server. V8's young generation grows to 128 MB while modules load and does not shrink: with 4 MB a server keeps
 * a hundred megabytes less and is ready as soon (`npm run bench -- memory`). The Dockerfile and deploy/holdfast.service name the same.
 */
export const serverFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4']
