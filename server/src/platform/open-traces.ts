import { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from './logger.ts'
import type { Traces } from './traces.ts'
import { version } from './version.ts'

const exportTimeoutMs = 5_000
/** A collector that is away is reported this often. */
const reportEveryMs = 60_000

/**
 * Sends traces to a collector by OTLP over HTTP. `endpoint` is its base address, to which `/v1/traces` is added. A collector that is away
 * costs spans, never an answer. Loaded only where it is used: it takes a tenth of a second.
 */
export function openTraces(deps: { endpoint: URL; nodeId: string; logger: Logger }): Traces {
  const ids = createIds()
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'holdfast',
      'service.version': version,
      'service.instance.id': deps.nodeId,
    }),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter: createExporter(deps), exportTimeoutMillis: exportTimeoutMs })],
  })
  const tracer = provider.getTracer('holdfast', version)
  return {
    isOn: true,
    record: (generationId, { name, startedAt, endedAt, attributes, error }, kind = 'part') => {
      const whole = toWhole(generationId)
      const options = { startTime: startedAt, attributes: withoutUndefined(attributes) }
      const parent = trace.setSpanContext(ROOT_CONTEXT, { ...whole, traceFlags: TraceFlags.SAMPLED, isRemote: true })
      const span =
        kind === 'whole'
          ? ids.using(whole, () => tracer.startSpan(name, options, ROOT_CONTEXT))
          : tracer.startSpan(name, options, parent)
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error })
      span.end(endedAt)
    },
    [Symbol.asyncDispose]: async () => {
      await provider.shutdown().catch((error: unknown) => {
        deps.logger.warn({ event: 'traces-not-sent', reason: toReason(error) }, 'the last traces were not sent')
      })
    },
  }
}

interface WholeIds {
  readonly traceId: string
  readonly spanId: string
}

/** A UUID has as many digits as the id of a trace. */
function toWhole(generationId: string): WholeIds {
  const traceId = generationId.replaceAll('-', '')
  return { traceId, spanId: traceId.slice(16) }
}

/** Random ids, but for the span that other nodes name as theirs before it exists. */
function createIds() {
  const random = new RandomIdGenerator()
  let next: WholeIds | null = null
  return {
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId(),
    using: <Result>(ids: WholeIds, work: () => Result): Result => {
      next = ids
      try {
        return work()
      } finally {
        next = null
      }
    },
  }
}

function createExporter({ endpoint, logger }: { endpoint: URL; logger: Logger }): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.href.replace(/\/$/u, '')}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  })
  let reportedAt = -Infinity
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error && performance.now() - reportedAt > reportEveryMs) {
          reportedAt = performance.now()
          logger.warn(
            { event: 'traces-not-sent', spans: spans.length, reason: toReason(result.error) },
            'the collector of OTEL_EXPORTER_OTLP_ENDPOINT did not take traces',
          )
        }
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  }
}

/** Without the address, which may hold a password. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name
}

function withoutUndefined(attributes: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  )
}
