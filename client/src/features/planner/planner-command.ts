import type { AppRouter } from '@holdfast/server'
import type { inferRouterInputs } from '@trpc/server'
import * as z from 'zod/mini'
import type { HoldfastClient } from '../../transport/client.ts'

type Inputs = inferRouterInputs<AppRouter>

/** The procedures that change plans, and what each is told. All of them can be repeated. */
interface CommandInputs {
  readonly 'goals.create': Inputs['goals']['create']
  readonly 'goals.update': Inputs['goals']['update']
  readonly 'goals.reorder': Inputs['goals']['reorder']
  readonly 'goals.delete': Inputs['goals']['delete']
  readonly 'goals.restore': Inputs['goals']['restore']
  readonly 'milestones.create': Inputs['milestones']['create']
  readonly 'milestones.update': Inputs['milestones']['update']
  readonly 'milestones.delete': Inputs['milestones']['delete']
  readonly 'milestones.restore': Inputs['milestones']['restore']
  readonly 'tasks.add': Inputs['tasks']['add']
  readonly 'tasks.update': Inputs['tasks']['update']
  readonly 'tasks.reorder': Inputs['tasks']['reorder']
  readonly 'tasks.delete': Inputs['tasks']['delete']
  readonly 'tasks.restore': Inputs['tasks']['restore']
}

type CommandName = keyof CommandInputs

/** What the server is told of a change. Nothing but data, so that it can be kept on the device. */
export type PlannerCommand = { [Name in CommandName]: { readonly name: Name; readonly input: CommandInputs[Name] } }[CommandName]

type Trpc = HoldfastClient['trpc']

const procedures: { readonly [Name in CommandName]: (trpc: Trpc, input: CommandInputs[Name]) => Promise<unknown> } = {
  'goals.create': (trpc, input) => trpc.goals.create.mutate(input),
  'goals.update': (trpc, input) => trpc.goals.update.mutate(input),
  'goals.reorder': (trpc, input) => trpc.goals.reorder.mutate(input),
  'goals.delete': (trpc, input) => trpc.goals.delete.mutate(input),
  'goals.restore': (trpc, input) => trpc.goals.restore.mutate(input),
  'milestones.create': (trpc, input) => trpc.milestones.create.mutate(input),
  'milestones.update': (trpc, input) => trpc.milestones.update.mutate(input),
  'milestones.delete': (trpc, input) => trpc.milestones.delete.mutate(input),
  'milestones.restore': (trpc, input) => trpc.milestones.restore.mutate(input),
  'tasks.add': (trpc, input) => trpc.tasks.add.mutate(input),
  'tasks.update': (trpc, input) => trpc.tasks.update.mutate(input),
  'tasks.reorder': (trpc, input) => trpc.tasks.reorder.mutate(input),
  'tasks.delete': (trpc, input) => trpc.tasks.delete.mutate(input),
  'tasks.restore': (trpc, input) => trpc.tasks.restore.mutate(input),
}

export function sendCommand<Name extends CommandName>(
  trpc: Trpc,
  command: { readonly name: Name; readonly input: CommandInputs[Name] },
): Promise<unknown> {
  return procedures[command.name](trpc, command.input)
}

const commandSchema = z.object({ name: z.enum(Object.keys(procedures) as CommandName[]), input: z.unknown() })

/** What was kept by this page or an older one; null when it is no command. Its input is for the server to judge. */
export function readCommand(value: unknown): PlannerCommand | null {
  const parsed = commandSchema.safeParse(value)
  return parsed.success ? (parsed.data as PlannerCommand) : null
}
