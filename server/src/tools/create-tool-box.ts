import type { Json } from '@holdfast/shared'
import type { ToolBox, ToolOutcome } from '../generation/tool-box.ts'
import { argumentsToObject } from './tool-arguments.ts'
import { issuesToMessage, type ToolRegistry } from './tool-registry.ts'

/** The tools that answers may use: our own, each in the transaction that also ends its row in the ledger. */
export function createToolBox(registry: ToolRegistry): ToolBox {
  const offered = registry.list().map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters,
    needsApproval: tool.destructive,
    external: false,
    idempotent: tool.readOnly,
  }))
  return {
    offer: async () => offered,
    parse: (name, args) => {
      const tool = registry.get(name)
      if (!tool) return notThere(name)
      const prepared = tool.prepare(args)
      if (!prepared.ok) return { error: issuesToMessage(prepared.issues) }
      return { args: argumentsToObject(args, tool.input) as Json }
    },
    runInside: async (unit, context, name, args): Promise<ToolOutcome> => {
      const outcome = await registry.runTool({ ...context, unit }, { name, args })
      return outcome.ok ? { result: outcome.result } : { error: outcome.message }
    },
    runOutside: async (_context, name) => notThere(name),
    ask: async (unit, context, name, args) =>
      (await registry.describeTool({ ...context, unit }, { name, args })) ??
      `Run ${name}? What it names is not there, so nothing would change.`,
  }
}

function notThere(name: string): { error: string } {
  return { error: `there is no tool named ${name}` }
}
