// Preloaded into a program that `become` starts: when the launcher ends, the program stops as if by SIGTERM.
const graceMs = 2_000

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
})
process.channel?.unref()
