import type { Command } from 'commander'
import { actOnUsers } from '../act-on-users.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { userArgument } from '../describe-user.ts'

export function addUsersDeleteCommand(users: Command, context: CliContext): void {
  users
    .command('delete')
    .description('deletes a user with everything that is theirs, for good and without a question; the server may run')
    .argument(...userArgument)
    .option('--json', 'print the id as JSON')
    .action((user: string, options: CommonOptions) =>
      runCommand(context, options, async (given) => {
        const { userId } = await actOnUsers(context, given, { do: 'delete', user })
        given.output.result({ userId }, [`${user} is deleted, with everything that was theirs.`])
      }),
    )
}
