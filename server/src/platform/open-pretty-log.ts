import pretty from 'pino-pretty'

/** Turns lines of JSON into lines for a person at a terminal: time, level, message, and the rest of the fields behind it. */
export function openPrettyLog(): { write(line: string): void } {
  return pretty({ colorize: true, sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' })
}
