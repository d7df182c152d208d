import type { Config } from '../config/config.ts'
import { errorToCode } from '../platform/error-codes.ts'
import { StartError } from '../platform/start-error.ts'

/** Names HOST or PORT for an error that the operator can mend; gives any other back as it is. */
export function toListenError(error: Error, { host, port }: Pick<Config, 'host' | 'port'>): Error {
  const problem = {
    EADDRINUSE: 'PORT: another program listens there already. Stop it, or set PORT to another number.',
    EACCES: `PORT: this user may not listen on port ${port}. Set PORT to a number from 1024 on.`,
    EADDRNOTAVAIL: `HOST: ${host} is not an address of this machine.`,
    ENOTFOUND: `HOST: ${host} is not known to this machine.`,
    EAI_AGAIN: `HOST: ${host} cannot be looked up at the moment.`,
    EINVAL: `HOST: ${host} is not an address to listen on.`,
  }[errorToCode(error) ?? '']
  return problem === undefined ? error : new StartError(problem, { cause: error })
}
