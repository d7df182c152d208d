import type { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { addUsersChangeCommand } from './users-change-command.ts'
import { addUsersCreateCommand } from './users-create-command.ts'
import { addUsersDeleteCommand } from './users-delete-command.ts'
import { addUsersListCommand } from './users-list-command.ts'
import { addUsersResetLinkCommand } from './users-reset-link-command.ts'

export function addUsersCommand(program: Command, context: CliContext): void {
  const users = program.command('users').description('works on the users of the server; the audit log has what it changes')
  addUsersListCommand(users, context)
  addUsersCreateCommand(users, context)
  addUsersChangeCommand(users, context, {
    do: 'disable',
    about: 'ends the sessions and access tokens of a user, closes their connections, and lets them in no more',
    done: 'is disabled',
  })
  addUsersChangeCommand(users, context, {
    do: 'enable',
    about: 'lets a user in who was disabled, or who waits for approval',
    done: 'may sign in',
  })
  addUsersChangeCommand(users, context, {
    do: 'make-admin',
    about: 'makes a user an administrator who may sign in',
    done: 'is an administrator',
  })
  addUsersResetLinkCommand(users, context)
  addUsersDeleteCommand(users, context)
}
