import { startProduct, type Kind } from './parts/product.ts'
import { startBareServer, timeBareTokens } from './parts/references.ts'
import { readCpuMs } from './parts/read-cpu.ts'
import { isShort, report, type Line } from './parts/report.ts'
import { streamAnswers } from './parts/stream-answers.ts'

/**
 * Tokens a second through the whole path ÷ through a bare tRPC subscription, and the server's processor time of a token ÷ that of the
 * bare one. Both are asked for more than they can give.
 */
const seconds = isShort ? 4 : 15
const load = { answers: isShort ? 20 : 100, readers: 1, perSecond: 200, seconds }
const lines: Line[] = []
for (const kind of (isShort ? ['pglite'] : ['pglite', 'postgres']) as Kind[]) {
  await using product = await startProduct(kind)
  await using bare = await startBareServer()
  const [server] = product.servers
  const bareCpu = readCpuMs(bare.pid)
  const bareStarted = performance.now()
  const { tokens: bareTokens } = await timeBareTokens(bare, { streams: load.answers, ...load })
  const bareMs = performance.now() - bareStarted
  const bareCost = (readCpuMs(bare.pid) - bareCpu) / bareTokens
  const cpu = readCpuMs(server?.pid ?? 0)
  const { tokens, elapsedMs } = await streamAnswers(product, load)
  const cost = (readCpuMs(server?.pid ?? 0) - cpu) / tokens
  lines.push(
    { name: `${kind}: tokens/s ÷ bare`, value: tokens / elapsedMs / (bareTokens / bareMs), unit: '×', atLeast: 0.8 },
    { name: `${kind}: tokens/s`, value: (tokens * 1_000) / elapsedMs, unit: '/s' },
    { name: `${kind}: processor time of a token ÷ bare`, value: cost / bareCost, unit: '×', atMost: 1.5 },
    { name: `${kind}: processor time of a token`, value: cost * 1_000, unit: 'µs' },
  )
}
report('throughput', lines)
process.exit()
