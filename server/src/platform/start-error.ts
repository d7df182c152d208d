import { errorToCodes } from './error-codes.ts'

/** The server cannot start, and its operator can mend that. The message is one line that names the variable and says what to do. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}

const noRoom = (path: string) => `there is no room left for ${path}. Make room on its disk, or choose another directory.`

const fileProblems: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) =>
    `${path} may not be written by this user. Give it to the user that runs Holdfast, or choose another directory.`,
  EPERM: (path) =>
    `${path} may not be changed by this user. Give it to the user that runs Holdfast, or choose another directory.`,
  EROFS: (path) => `${path} is on a file system that is read-only. Choose a directory that can be written.`,
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  '53100': noRoom,
  EEXIST: (path) => `${path} is a file. Choose a directory.`,
  ENOTDIR: (path) => `${path} is, or is in, a file. Choose a directory.`,
  ENOENT: (path) => `${path} cannot be made. Choose a directory that can.`,
}

/** Names DATA_DIR for an error of the file system; gives any other error back as it is. */
export function toDataDirectoryError(error: unknown, path: string): unknown {
  if (error instanceof StartError) return error
  const code = errorToCodes(error).find((candidate) => candidate in fileProblems)
  const describe = code === undefined ? undefined : fileProblems[code]
  return describe ? new StartError(`DATA_DIR: ${describe(path)}`, { cause: error }) : error
}

/** For an error that hides that there is no room: those of the embedded database while it is opened. */
export function toNoRoomError(error: unknown, path: string): StartError {
  return new StartError(`DATA_DIR: ${noRoom(path)}`, { cause: error })
}
