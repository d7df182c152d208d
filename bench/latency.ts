import { startProduct, type Kind } from './parts/product.ts'
import { startBareServer, timeBareCommits, timeBareTokens } from './parts/references.ts'
import { isShort, percentile, report, type Line } from './parts/report.ts'
import { streamAnswers } from './parts/stream-answers.ts'

/**
 * Added latency of a token ÷ (one bare commit + one bare tRPC hop), all measured in the same minute: at 1, 50, 200 and 1,000 answers of
 * 20 tokens/s with 1 and 5 readers each, on PGlite and on Postgres, there on one node and on two. The last second of the answers, in
 * which they all end, is a line of its own.
 */
const perSecond = 20
const seconds = isShort ? 4 : 10
const answers = isShort ? [1, 20] : [1, 50, 200, ...(process.argv.includes('--thousand') ? [1_000] : [])]
const places: readonly [Kind, number][] = isShort
  ? [['pglite', 1]]
  : [
      ['pglite', 1],
      ['postgres', 1],
      ['postgres', 2],
    ]

const lines: Line[] = []
for (const [kind, nodes] of places) {
  await using product = await startProduct(kind, nodes)
  await using bare = await startBareServer()
  for (const count of answers) {
    for (const readers of isShort ? [1] : [1, 5]) {
      const load = { answers: count, readers, perSecond, seconds }
      const commits = await timeBareCommits(kind, product, 200)
      const hops = await timeBareTokens(bare, { streams: count, readers, perSecond, seconds: 3 })
      const streamed = await streamAnswers(product, load)
      const name = `${kind}${nodes > 1 ? `, ${nodes} nodes` : ''}, ${count} × ${readers}`
      for (const [label, share, atMost] of [
        ['p50', 0.5, 2],
        ['p99', 0.99, 4],
      ] as const) {
        const reference = percentile(commits, share) + percentile(hops.ages, share)
        lines.push({
          name: `${name}: ${label} ÷ (commit + hop)`,
          value: percentile(streamed.ages, share) / reference,
          unit: '×',
          atMost,
        })
        lines.push({ name: `${name}: ${label}`, value: percentile(streamed.ages, share), unit: 'ms' })
        lines.push({ name: `${name}: ${label} of commit + hop`, value: reference, unit: 'ms' })
      }
      const reference = percentile(commits, 0.99) + percentile(hops.ages, 0.99)
      lines.push({
        name: `${name}: p99 while they end ÷ (commit + hop)`,
        value: percentile(streamed.agesAtEnd, 0.99) / reference,
        unit: '×',
      })
    }
  }
}
report('latency', lines)
process.exit()
