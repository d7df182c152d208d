import { availableParallelism, loadavg } from 'node:os'
import { formatNumber, percentile, printTable, type Figure } from '../figures.ts'
import type { Bench, Cost } from '../open-bench.ts'
import type { CorpusName } from './corpus.ts'
import type { StreamRequest, StreamResult } from './page.tsx'

/** Wall-clock times are meaningful only on an idle machine. */
const isIdle = (loadavg()[0] ?? 0) <= availableParallelism()

interface Run {
  readonly cost: Cost
  readonly result: StreamResult
}

const lengths = [50_000, 100_000, 200_000] as const
/** The corpora, with the lengths that show how the cost grows. Corpora that are rarely long are not run at the maximum length. */
const own: readonly { readonly corpus: CorpusName; readonly lengths: readonly number[] }[] = [
  ...(['mixed', 'code', 'list', 'table', 'paragraph'] as const).map((corpus) => ({ corpus, lengths })),
  ...(['nested list', 'quote', 'footnotes', 'references'] as const).map((corpus) => ({ corpus, lengths: [50_000, 100_000] })),
]
/** Quadratic renderers skip texts that would take minutes. */
const rivals: readonly {
  readonly renderer: string
  readonly corpora: Readonly<Partial<Record<CorpusName, readonly number[]>>>
}[] = [
  { renderer: 'react-markdown', corpora: { mixed: lengths } },
  {
    renderer: 'streamdown',
    corpora: { mixed: lengths, code: [100_000], list: [100_000], table: [100_000], paragraph: [100_000] },
  },
]

/** Script time per text and renderer, what twice the text costs, and frames at 10,000 characters per second. */
export async function run(bench: Bench): Promise<Figure[]> {
  const runs = new Map<string, Run>()
  const key = (renderer: string, corpus: CorpusName, length: number) => `${renderer} ${corpus} ${length}`
  const stream = async (request: StreamRequest) => {
    await using opened = await bench.open()
    const measured = await opened.measure(() => opened.page.evaluate(streamInPage, { ...request, pace: 'fixed' as const }))
    runs.set(key(request.renderer, request.corpus, request.length), measured)
  }
  for (const { corpus, lengths: asked } of own) for (const length of asked) await stream({ renderer: 'ours', corpus, length })
  for (const { renderer, corpora } of rivals) {
    for (const [corpus, asked] of Object.entries(corpora) as [CorpusName, readonly number[]][]) {
      for (const length of asked) await stream({ renderer, corpus, length })
    }
  }
  printTable(
    ['renderer text length', 'script ms', 'task ms', 'p95 frame ms', 'elements'],
    [...runs].map(([name, { cost, result }]) => [
      name,
      formatNumber(cost.scriptMs),
      formatNumber(cost.taskMs),
      formatNumber(percentile(result.frameMs, 0.95)),
      String(cost.elements),
    ]),
  )
  const script = (renderer: string, corpus: CorpusName, length: number) =>
    runs.get(key(renderer, corpus, length))?.cost.scriptMs ?? Number.NaN
  return [
    ...toRatios(script),
    ...toTableFigures(runs.get(key('ours', 'table', 100_000)), runs.get(key('ours', 'table', 200_000))),
  ].concat(await measurePace(bench))
}

function toRatios(script: (renderer: string, corpus: CorpusName, length: number) => number): Figure[] {
  const doubled = own.flatMap(({ corpus, lengths: asked }) =>
    asked.slice(1).map((length): Figure => {
      const value = script('ours', corpus, length) / script('ours', corpus, length / 2)
      return { name: `${corpus}: twice ${length / 2_000}k of text`, value, unit: '×', goal: { atMost: 2.3 } }
    }),
  )
  const against = (renderer: string, corpus: CorpusName, length: number) =>
    script('ours', corpus, length) / script(renderer, corpus, length)
  return [
    ...doubled,
    {
      name: 'mixed 200k: react-markdown / ours',
      value: 1 / against('react-markdown', 'mixed', 200_000),
      unit: '×',
      goal: { atLeast: 15 },
    },
    { name: 'mixed 200k: ours / streamdown', value: against('streamdown', 'mixed', 200_000), unit: '×', goal: { atMost: 1 } },
    { name: 'list 100k: ours / streamdown', value: against('streamdown', 'list', 100_000), unit: '×', goal: { atMost: 0.1 } },
    { name: 'table 100k: ours / streamdown', value: against('streamdown', 'table', 100_000), unit: '×', goal: { atMost: 0.1 } },
    { name: 'code 100k: ours / streamdown', value: against('streamdown', 'code', 100_000), unit: '×' },
    { name: 'paragraph 100k: ours / streamdown', value: against('streamdown', 'paragraph', 100_000), unit: '×' },
  ]
}

/** A browser lays out a table with all of its rows: what counts is everything that the page does, not our script alone. */
function toTableFigures(half: Run | undefined, whole: Run | undefined): Figure[] {
  if (!half || !whole) return []
  const frame = percentile(whole.result.frameMs, 0.95)
  return [
    {
      name: 'table: twice 100k of text, with its layout',
      value: whole.cost.taskMs / half.cost.taskMs,
      unit: '×',
      goal: { atMost: 2.3 },
    },
    { name: 'table 200k: p95 frame, by the clock', value: frame, unit: 'ms', ...(isIdle ? { goal: { atMost: 20 } } : {}) },
  ]
}

/** 10,000 characters per second for 20 seconds. Only an idle machine can meet the goal. */
async function measurePace(bench: Bench): Promise<Figure[]> {
  await using opened = await bench.open()
  const request = { renderer: 'ours', corpus: 'mixed' as const, length: 200_000, pace: 'paced' as const }
  const { result } = await opened.measure(() => opened.page.evaluate(streamInPage, request))
  return [
    {
      name: '10,000 characters/s for 20 s: p95 frame',
      value: percentile(result.frameMs, 0.95),
      unit: 'ms',
      goal: { atMost: 20 },
    },
    { name: '10,000 characters/s for 20 s: p99 frame', value: percentile(result.frameMs, 0.99), unit: 'ms' },
  ]
}

/** Runs in the page. */
function streamInPage(request: StreamRequest & { readonly pace: 'fixed' | 'paced' }): Promise<StreamResult> {
  type Stream = (request: StreamRequest) => Promise<StreamResult>
  const { bench } = window as unknown as { bench: { streamFixed: Stream; streamPaced: Stream } }
  return request.pace === 'fixed' ? bench.streamFixed(request) : bench.streamPaced(request)
}
