import type { jsonSchema } from '@holdfast/shared'
import type { z } from 'zod'
import { createTool, type Tool } from '../tools/tool.ts'
import type { ExternalToolDefinition, TransactionToolDefinition } from '../tools/tool-definition.ts'

/**
 * A tool that answers may use, beside those of Holdfast.
 * @throws DefinitionError that names the tool and the field
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodType = typeof jsonSchema>(
  definition: TransactionToolDefinition<Input, Output> | ExternalToolDefinition<Input, Output>,
): Tool {
  return createTool(definition)
}
