import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Prints the longest block of this process' event loop since the last time, in milliseconds, whenever the process gets SIGUSR2: as it
 * passed on the clock, and as the thread was running. Where other programs take the processor, only the second one is the process' own.
 */
export function watchEventLoop(): void {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let longestCpuMs = 0
  let before = process.threadCpuUsage()
  setInterval(() => {
    const now = process.threadCpuUsage()
    longestCpuMs = Math.max(longestCpuMs, (now.user + now.system - before.user - before.system) / 1_000)
    before = now
  }, 1).unref()
  process.on('SIGUSR2', () => {
    process.stdout.write(`longest block: ${delay.max / 1e6} ms, ${longestCpuMs} ms of CPU\n`)
    delay.reset()
    longestCpuMs = 0
  })
}
