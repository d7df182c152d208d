import { z } from 'zod'

export const mcpServerHealthSchema = z.object({
  name: z.string(),
  transport: z.enum(['http', 'stdio']),
  state: z.enum(['connected', 'connecting', 'failed']),
  /** The last failure as a sentence for people; null once the server works. */
  error: z.string().nullable(),
  /** The number of its tools that may be used. */
  tools: z.number(),
})
export type McpServerHealth = z.infer<typeof mcpServerHealthSchema>

export const toolsListOutput = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      /** `holdfast`, or the name of the MCP server that provides it. */
      source: z.string(),
      needsApproval: z.boolean(),
      readOnly: z.boolean(),
    }),
  ),
  mcpServers: z.array(mcpServerHealthSchema),
})
export type ToolsList = z.infer<typeof toolsListOutput>
