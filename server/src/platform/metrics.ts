import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { version } from './version.ts'

/** Longer than a scrape may wait for one number. */
const readingTimeoutMs = 2_000
const delays = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const waits = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
const counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]

/**
 * What this app counts and measures, in the words of Prometheus: times in seconds. Labels have a handful of values each: never a person,
 * a conversation or a text. Each app has its own, since tests run several in one process.
 */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({ name: 'holdfast_info', help: 'The version that runs, as a label.', labelNames: ['version'], registers }).set(
    { version },
    1,
  )

  return {
    answers: new Counter({
      name: 'holdfast_answers_total',
      help: 'Answers that have ended, by their final status.',
      labelNames: ['status'],
      registers,
    }),
    firstToken: new Histogram({
      name: 'holdfast_first_token_seconds',
      help: 'From the moment at which an answer could begin to its first text or reasoning.',
      buckets: waits,
      registers,
    }),
    modelCalls: new Histogram({
      name: 'holdfast_model_call_seconds',
      help: 'Calls to providers, from the request to the last piece, by outcome: completed, or the code of the error.',
      labelNames: ['outcome'],
      buckets: waits,
      registers,
    }),
    toolCalls: new Counter({
      name: 'holdfast_tool_calls_total',
      help: 'Tool calls that have run, by outcome: done or failed.',
      labelNames: ['outcome'],
      registers,
    }),
    addedLatency: new Histogram({
      name: 'holdfast_added_latency_seconds',
      help: "From a piece of a provider's answer to its readers, the commit included: the oldest piece of each flush.",
      buckets: delays,
      registers,
    }),
    flushDuration: new Histogram({
      name: 'holdfast_flush_seconds',
      help: 'The statement that writes the pieces of all running answers to the log.',
      buckets: delays,
      registers,
    }),
    flushEvents: new Histogram({
      name: 'holdfast_flush_events',
      help: 'Events in one flush.',
      buckets: counts,
      registers,
    }),
    flushFailures: new Counter({
      name: 'holdfast_flush_failures_total',
      help: 'Flushes that failed and were tried again.',
      registers,
    }),
    jobDelay: new Histogram({
      name: 'holdfast_job_delay_seconds',
      help: 'How long a job was ready before a node took it.',
      labelNames: ['queue'],
      buckets: [...delays, 30, 60, 300],
      registers,
    }),
    jobs: new Counter({
      name: 'holdfast_jobs_total',
      help: 'Jobs that have run here, by outcome: done, failed or left to another node.',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    refusals: new Counter({
      name: 'holdfast_refusals_total',
      help: 'Calls that were refused, by code and reason.',
      labelNames: ['code', 'reason'],
      registers,
    }),
    httpRefusals: new Counter({
      name: 'holdfast_http_refusals_total',
      help: 'HTTP requests outside of tRPC that were refused, by status: sign-ins, files, hosts and origins.',
      labelNames: ['status'],
      registers,
    }),
    /**
     * A number that is read at each scrape, or one for each value of a label. A reading that fails or takes longer than 2 s is left out.
     */
    read: (
      { name, help, label }: { readonly name: string; readonly help: string; readonly label?: string },
      reading: () => number | Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>,
    ): void => {
      new Gauge({
        name,
        help,
        labelNames: label === undefined ? [] : [label],
        registers,
        async collect() {
          this.reset()
          const value = await withinTimeout(reading)
          if (value === null) return this.remove()
          if (typeof value === 'number') return this.set(value)
          for (const [key, count] of Object.entries(value)) this.set({ [label ?? '']: key }, count)
        },
      })
    },
    /** Everything, and the facts of the process, in the text format of Prometheus. */
    toText: async (): Promise<string> => `${await registry.metrics()}\n${await processRegistry().metrics()}`,
    contentType: registry.contentType,
  }
}

let ofProcess: Registry | null = null

/** Memory, CPU and event loop belong to the process: measured from the first scrape on, since nobody else pays for the timers. */
function processRegistry(): Registry {
  if (ofProcess === null) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

/** Null: it failed, which other parts report, or took too long. */
async function withinTimeout<Value>(reading: () => Value | Promise<Value>): Promise<Value | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), readingTimeoutMs)
  try {
    return await Promise.race([reading(), promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
