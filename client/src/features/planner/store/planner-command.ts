import * as z from 'zod/mini'
import type { HoldfastClient } from '../../../sdk/client.ts'

type Trpc = HoldfastClient['trpc']

/** The procedures that change plans. All of them can be repeated. */
const procedures = {
  'goals.create': (trpc: Trpc) => trpc.goals.create,
  'goals.update': (trpc: Trpc) => trpc.goals.update,
  'goals.reorder': (trpc: Trpc) => trpc.goals.reorder,
  'goals.delete': (trpc: Trpc) => trpc.goals.delete,
  'goals.restore': (trpc: Trpc) => trpc.goals.restore,
  'milestones.create': (trpc: Trpc) => trpc.milestones.create,
  'milestones.update': (trpc: Trpc) => trpc.milestones.update,
  'milestones.delete': (trpc: Trpc) => trpc.milestones.delete,
  'milestones.restore': (trpc: Trpc) => trpc.milestones.restore,
  'tasks.add': (trpc: Trpc) => trpc.tasks.add,
  'tasks.update': (trpc: Trpc) => trpc.tasks.update,
  'tasks.reorder': (trpc: Trpc) => trpc.tasks.reorder,
  'tasks.delete': (trpc: Trpc) => trpc.tasks.delete,
  'tasks.restore': (trpc: Trpc) => trpc.tasks.restore,
}

type CommandName = keyof typeof procedures
type CommandInput<Name extends CommandName> = Parameters<ReturnType<(typeof procedures)[Name]>['mutate']>[0]

/** A change as it is sent. Nothing but data, so that it can be kept on the device. */
export type PlannerCommand = { [Name in CommandName]: { readonly name: Name; readonly input: CommandInput<Name> } }[CommandName]

export function sendCommand(trpc: Trpc, { name, input }: PlannerCommand): Promise<unknown> {
  // The type of a command pairs each name with its input; TypeScript does not follow that through the lookup.
  return procedures[name](trpc).mutate(input as never)
}

const commandSchema = z.object({ name: z.enum(Object.keys(procedures) as CommandName[]), input: z.unknown() })

/** A command that this page or an older one kept; null when it is none. The server judges its input. */
export function readCommand(value: unknown): PlannerCommand | null {
  const parsed = commandSchema.safeParse(value)
  return parsed.success ? (parsed.data as PlannerCommand) : null
}
