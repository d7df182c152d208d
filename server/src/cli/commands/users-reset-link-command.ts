import type { Command } from 'commander'
import { actOnUsers } from '../act-on-users.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { linkToLines, userArgument } from '../describe-user.ts'

export function addUsersResetLinkCommand(users: Command, context: CliContext): void {
  users
    .command('reset-link')
    .description('prints a link by which a user sets a new password, once within a day; the server may run')
    .argument(...userArgument)
    .option('--json', 'print the link as JSON')
    .action((user: string, options: CommonOptions) =>
      runCommand(context, options, async (given) => {
        const { userId, link } = await actOnUsers(context, given, { do: 'reset-link', user })
        given.output.result({ userId, ...link }, link ? linkToLines(link) : [])
      }),
    )
}
