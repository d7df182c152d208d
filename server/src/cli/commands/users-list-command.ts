import { schema } from '@holdfast/drizzle'
import { asc } from 'drizzle-orm'
import type { Command } from 'commander'
import { openSource } from '../../backup/data-source.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'

const { users } = schema

interface Options extends CommonOptions {
  readonly guests?: true
}

/** The other commands about users are added here, one file each, once the modules for administration exist. */
export function addUsersCommand(program: Command, context: CliContext): void {
  program
    .command('users')
    .description('works on the users of the server')
    .command('list')
    .description('lists the users, oldest first; the server may run')
    .option('--guests', 'with the guests')
    .option('--json', 'print the users as JSON')
    .action((options: Options) =>
      runCommand(context, options, async ({ place, output }) => {
        await using source = await openSource(place)
        const rows = await source.readAtOneMoment((queries) =>
          queries
            .select({
              id: users.id,
              name: users.name,
              email: users.email,
              isGuest: users.isAnonymous,
              createdAt: users.createdAt,
            })
            .from(users)
            .orderBy(asc(users.createdAt), asc(users.id)),
        )
        const shown = rows
          .filter(({ isGuest }) => options.guests || !isGuest)
          .map(({ email, createdAt, ...user }) => ({
            ...user,
            email: user.isGuest ? null : email,
            createdAt: createdAt.toISOString(),
          }))
        const guests = rows.filter(({ isGuest }) => isGuest).length
        output.result({ users: shown, guests }, [
          ...shown.map(({ id, name, email, createdAt }) => [id, createdAt.slice(0, 10), email ?? '(guest)', name].join('  ')),
          `${rows.length - guests} users, ${guests} guests.`,
        ])
      }),
    )
}
