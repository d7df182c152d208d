import type { McpServerHealth, ToolsList } from '@holdfast/shared'
import { ChevronRight, CircleAlert, CircleCheck, Eye, Hand, LoaderCircle, Server } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Logo } from '../../ui/logo.tsx'

type Tool = ToolsList['items'][number]

const ownSource = 'holdfast'

/** The built-in tools, and those of the MCP servers that the operator has configured. */
export function ToolSettings() {
  const text = useText()
  const list = trpc.tools.list.useQuery(undefined, {
    refetchOnMount: 'always',
    refetchInterval: ({ state }) => toRefreshMs(state.data),
  })
  if (list.isPending) return <Skeleton className="w-2/3" />
  if (!list.data) {
    return (
      <p className="flex flex-wrap items-center gap-3 text-sm text-faint">
        {text('tools.failed')}
        <Button size="small" onClick={() => void list.refetch()}>
          {text('try-again')}
        </Button>
      </p>
    )
  }
  const { items, mcpServers } = list.data
  return (
    <div className="space-y-5" data-testid="tool-settings">
      <p className="text-sm text-soft">{text('tools.about')}</p>
      {mcpServers.map((server) => (
        <Source
          key={server.name}
          icon={<Server size={15} aria-hidden className="text-faint" />}
          name={server.name}
          health={server}
        >
          <ToolItems tools={items.filter(({ source }) => source === server.name)} />
        </Source>
      ))}
      <Source icon={<Logo size={15} className="text-accent" />} name={text('tools.planner')}>
        <ToolItems tools={items.filter(({ source }) => source === ownSource)} />
      </Source>
      {mcpServers.length === 0 && (
        <p className="text-sm text-faint" data-testid="no-mcp-servers">
          {text('tools.no-servers')} <code className="font-mono text-xs">MCP_SERVERS</code>,{' '}
          <code className="font-mono text-xs">MCP_SERVER_URL</code>
        </p>
      )}
    </div>
  )
}

/** Polling interval for the servers' health while this section is open. */
function toRefreshMs(list: ToolsList | undefined): number {
  return list?.mcpServers.some(({ state }) => state === 'connecting') ? 1_000 : 5_000
}

function Source(props: {
  readonly icon: ReactNode
  readonly name: string
  readonly health?: McpServerHealth
  readonly children: ReactNode
}) {
  const text = useText()
  const { health } = props
  return (
    <section aria-label={props.name} data-testid="tool-source" data-state={health?.state}>
      <h3 className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
        {props.icon}
        {props.name}
        {health && (
          <span className="inline-flex items-center gap-1 text-xs font-normal text-faint">
            <HealthIcon state={health.state} />
            {text(`tools.server.${health.state}`, { count: health.tools })}
          </span>
        )}
      </h3>
      {health?.error != null && (
        <p className="mt-1 rounded-sm bg-danger-wash px-2.5 py-1.5 text-[0.8125rem] wrap-anywhere text-danger-ink">
          {health.error}
        </p>
      )}
      {props.children}
    </section>
  )
}

function HealthIcon({ state }: Pick<McpServerHealth, 'state'>) {
  if (state === 'connected') return <CircleCheck size={13} aria-hidden className="text-accent" />
  if (state === 'connecting') return <LoaderCircle size={13} aria-hidden className="animate-spin" />
  return <CircleAlert size={13} aria-hidden className="text-danger-ink" />
}

function ToolItems({ tools }: { readonly tools: readonly Tool[] }) {
  const text = useText()
  if (tools.length === 0) return null
  return (
    <ul className="mt-1.5 divide-y divide-line/70 border-y border-line/70">
      {tools.map((tool) => (
        <li key={tool.name} data-testid="tool">
          <details className="group/tool">
            <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 rounded-sm py-1 text-sm hover:bg-hover/50 touch:min-h-11">
              <ChevronRight
                size={13}
                aria-hidden
                className="shrink-0 text-faint transition-transform duration-150 group-open/tool:rotate-90"
              />
              <span className="min-w-0 truncate">{tool.title}</span>
              {tool.needsApproval && (
                <span className="ml-auto inline-flex shrink-0 items-center gap-1 text-xs text-warm-ink">
                  <Hand size={12} aria-hidden />
                  {text('tools.needs-approval')}
                </span>
              )}
              {tool.readOnly && !tool.needsApproval && (
                <span className="ml-auto inline-flex shrink-0 items-center gap-1 text-xs text-faint">
                  <Eye size={12} aria-hidden />
                  {text('tools.read-only')}
                </span>
              )}
            </summary>
            <p className="pb-2 pl-[1.35rem] text-[0.8125rem] leading-relaxed wrap-anywhere whitespace-pre-wrap text-soft">
              {tool.description}
              <span className="mt-0.5 block font-mono text-xs text-faint">{tool.name}</span>
            </p>
          </details>
        </li>
      ))}
    </ul>
  )
}
