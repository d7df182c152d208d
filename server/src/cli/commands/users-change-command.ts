import type { Command } from 'commander'
import { actOnUsers } from '../act-on-users.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { describeUser, userArgument } from '../describe-user.ts'

interface Change {
  readonly do: 'disable' | 'enable' | 'make-admin'
  readonly about: string
  /** What the user is then. */
  readonly done: string
}

export function addUsersChangeCommand(users: Command, context: CliContext, { do: act, about, done }: Change): void {
  users
    .command(act)
    .description(`${about}; the server may run`)
    .argument(...userArgument)
    .option('--json', 'print the user as JSON')
    .action((user: string, options: CommonOptions) =>
      runCommand(context, options, async (given) => {
        const { user: changed } = await actOnUsers(context, given, { do: act, user })
        given.output.result({ user: changed }, [`${changed ? describeUser(changed) : user} ${done}.`])
      }),
    )
}
