import { adminUsersCreateInput } from '@holdfast/shared'
import type { Command } from 'commander'
import { StartError } from '../../platform/start-error.ts'
import { actOnUsers } from '../act-on-users.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'
import { describeUser, linkToLines } from '../describe-user.ts'

interface Options extends CommonOptions {
  readonly name?: string
  readonly admin?: true
}

export function addUsersCreateCommand(users: Command, context: CliContext): void {
  users
    .command('create')
    .description('creates a user, and prints the link by which they set a password; the server may run')
    .argument('<email>', 'the e-mail address')
    .option('--name <name>', 'by default what stands before the @ of the address')
    .option('--admin', 'as an administrator')
    .option('--json', 'print the user and the link as JSON')
    .action((email: string, options: Options) =>
      runCommand(context, options, async (given) => {
        const input = readInput(email, options)
        const { user, link } = await actOnUsers(context, given, { do: 'create', ...input })
        given.output.result({ user, link }, [
          `${user ? describeUser(user) : email} is created.`,
          ...(link ? linkToLines(link) : []),
        ])
      }),
    )
}

/** @throws StartError that names what cannot be used */
function readInput(email: string, { name = email.split('@', 1)[0], admin }: Options) {
  const parsed = adminUsersCreateInput.safeParse({ email, name, role: admin ? 'admin' : 'member' })
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  if (issues.some(({ path }) => path[0] === 'email')) throw new StartError(`${email} is not an e-mail address.`)
  throw new StartError(issues.map(({ path, message }) => `--${path.join('.')}: ${message}.`).join(' '))
}
