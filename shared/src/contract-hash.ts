/**
 * Names the shapes of this build's wire. A page that was loaded before a deploy compares it with `system.info.contract` and offers
 * a reload. `contract-hash.test.ts` fails when a schema changes and this does not.
 */
export const contractHash = '91e2ba86dd72'
