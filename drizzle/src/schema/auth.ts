import { userRoles, userStatuses, type Limits } from '@holdfast/shared'
import { boolean, check, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { oneOf, time } from './columns.ts'

/** Guests are users too: an upgrade keeps the id, and with it everything. Names and columns are those of better-auth. */
export const users = pgTable(
  'users',
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    email: text().notNull().unique(),
    emailVerified: boolean().notNull().default(false),
    image: text(),
    isAnonymous: boolean().notNull().default(false),
    twoFactorEnabled: boolean().notNull().default(false),
    /** Of a program: nobody signs in with it. */
    isService: boolean().notNull().default(false),
    role: text({ enum: userRoles }).notNull().default('member'),
    /** Nobody but an active user gets in. `pending`: signed up, and waits for an administrator. */
    status: text({ enum: userStatuses }).notNull().default('active'),
    /** Limits of this person alone; a limit that is left out is the one of the role. */
    limits: jsonb().$type<Partial<Limits>>().notNull().default({}),
    /** SHA-256 of the code by which a guest gets in on another browser. */
    recoveryCodeHash: text().unique(),
    createdAt: time().notNull().defaultNow(),
    updatedAt: time().notNull().defaultNow(),
  },
  (table) => [check('users_role', oneOf(table.role, userRoles)), check('users_status', oneOf(table.status, userStatuses))],
)

export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: text().notNull().unique(),
    expiresAt: time().notNull(),
    ipAddress: text(),
    userAgent: text(),
    createdAt: time().notNull().defaultNow(),
    updatedAt: time().notNull().defaultNow(),
  },
  (table) => [index().on(table.userId)],
)

export const accounts = pgTable(
  'accounts',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accountId: text().notNull(),
    providerId: text().notNull(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: time(),
    refreshTokenExpiresAt: time(),
    scope: text(),
    password: text(),
    createdAt: time().notNull().defaultNow(),
    updatedAt: time().notNull().defaultNow(),
  },
  (table) => [index().on(table.userId), unique().on(table.providerId, table.accountId)],
)

export const verifications = pgTable(
  'verifications',
  {
    id: uuid().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: time().notNull(),
    createdAt: time().notNull().defaultNow(),
    updatedAt: time().notNull().defaultNow(),
  },
  (table) => [index().on(table.identifier)],
)

/** The keys that sign JWTs; the private half is encrypted with the server's secret. */
export const jwks = pgTable('jwks', {
  id: uuid().primaryKey(),
  publicKey: text().notNull(),
  privateKey: text().notNull(),
  createdAt: time().notNull().defaultNow(),
  expiresAt: time(),
  alg: text(),
  crv: text(),
})

/** rate-limiter-flexible's counters: points used per key until `expire`. */
export const rateLimits = pgTable('rate_limits', {
  key: text().primaryKey(),
  points: integer().notNull(),
  expire: time(),
})

/** Personal access tokens for scripts and MCP clients: only the SHA-256 is kept. */
export const accessTokens = pgTable(
  'access_tokens',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    hash: text().notNull().unique(),
    prefix: text().notNull(),
    scopes: text().array().notNull(),
    createdAt: time().notNull().defaultNow(),
    expiresAt: time(),
    lastUsedAt: time(),
    revokedAt: time(),
  },
  (table) => [index().on(table.userId)],
)

/** One-time passwords by an authenticator app. Names and columns are those of better-auth. */
export const twoFactors = pgTable(
  'two_factors',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    secret: text().notNull(),
    backupCodes: text().notNull(),
    verified: boolean().notNull().default(true),
    failedVerificationCount: integer().notNull().default(0),
    lockedUntil: time(),
  },
  (table) => [index().on(table.userId)],
)

/** Names and columns are those of better-auth's plugin. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: uuid().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text(),
    publicKey: text().notNull(),
    credentialID: text().notNull().unique(),
    counter: integer().notNull(),
    deviceType: text().notNull(),
    backedUp: boolean().notNull(),
    transports: text(),
    aaguid: text(),
    createdAt: time(),
  },
  (table) => [index().on(table.userId)],
)

/** Links by which somebody may make an account. Only the SHA-256 of the token is kept. */
export const invitations = pgTable(
  'invitations',
  {
    id: uuid().primaryKey(),
    tokenHash: text().notNull().unique(),
    /** Null: for whoever has the link. */
    email: text(),
    role: text({ enum: userRoles }).notNull(),
    createdBy: uuid().references(() => users.id, { onDelete: 'set null' }),
    createdAt: time().notNull(),
    expiresAt: time().notNull(),
    usedBy: uuid().references(() => users.id, { onDelete: 'set null' }),
    usedAt: time(),
    revokedAt: time(),
  },
  (table) => [check('invitations_role', oneOf(table.role, userRoles)), index().on(table.createdAt)],
)
