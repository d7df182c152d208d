import type { AuditRecord } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { auditToCsv } from './audit-csv.ts'

const record: AuditRecord = {
  id: '019a0000-0000-7000-8000-000000000001',
  seq: 2,
  at: '2026-11-29T12:00:00.000Z',
  actorId: null,
  actorName: '=1+1',
  action: 'token.created',
  targetType: 'token',
  targetId: '-x',
  address: '::1',
  details: { scopes: ['api', 'mcp'] },
  hash: 'abc',
}

test('a CSV file of records is in the order of the chain, defuses formulas and quotes details (attack F7)', () => {
  const waiting = { ...record, seq: null, hash: null }
  expect(auditToCsv([waiting, record, { ...record, seq: 1 }]).split('\r\n')).toEqual([
    'seq,at,actorName,actorId,action,targetType,targetId,address,details,hash,id',
    `1,2026-11-29T12:00:00.000Z,'=1+1,,token.created,token,'-x,::1,"{""scopes"":[""api"",""mcp""]}",abc,${record.id}`,
    `2,2026-11-29T12:00:00.000Z,'=1+1,,token.created,token,'-x,::1,"{""scopes"":[""api"",""mcp""]}",abc,${record.id}`,
    `,2026-11-29T12:00:00.000Z,'=1+1,,token.created,token,'-x,::1,"{""scopes"":[""api"",""mcp""]}",,${record.id}`,
    '',
  ])
})
