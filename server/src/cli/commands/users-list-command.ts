import { schema } from '@holdfast/drizzle'
import { asc } from 'drizzle-orm'
import type { Command } from 'commander'
import { openSource } from '../../backup/data-source.ts'
import { runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'

interface Options extends CommonOptions {
  readonly guests?: true
}

export function addUsersListCommand(users: Command, context: CliContext): void {
  users
    .command('list')
    .description('lists the users, oldest first; the server may run')
    .option('--guests', 'with the guests')
    .option('--json', 'print the users as JSON')
    .action((options: Options) =>
      runCommand(context, options, async ({ place, output }) => {
        await using source = await openSource(place)
        const { users: table } = schema
        const rows = await source.readAtOneMoment((queries) =>
          queries
            .select({
              id: table.id,
              name: table.name,
              email: table.email,
              isGuest: table.isAnonymous,
              role: table.role,
              status: table.status,
              createdAt: table.createdAt,
            })
            .from(table)
            .orderBy(asc(table.createdAt), asc(table.id)),
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
          ...shown.map(({ id, name, email, role, status, createdAt }) => {
            const words = [role === 'admin' ? 'admin' : '', status === 'active' ? '' : status].filter((word) => word !== '')
            return [id, createdAt.slice(0, 10), email ?? '(guest)', name, ...words].join('  ')
          }),
          `${rows.length - guests} users, ${guests} guests.`,
        ])
      }),
    )
}
