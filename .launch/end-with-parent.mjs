// Loaded before a program that `become` starts: when the launcher is gone, the program stops as if it were asked to.
const patienceMs = 2_000

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs).unref()
})
process.channel?.unref()
