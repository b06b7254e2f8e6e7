// Records as the vectors use them, and their bytes by npm canonicalize (RFC 8785).
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

export const hex = (data) => '0x' + Buffer.from(data).toString('hex')
export const sha256 = (data) => createHash('sha256').update(data).digest()
export const seed = (text) => hex(sha256('comity/statements ' + text))
export const ZERO = '0x' + '00'.repeat(32)

export function record ({ ledger, type, subject = null, previous = null, terms = null, key, body, name }) {
  return {
    spec: 'comity/1',
    ledger,
    type,
    subject,
    previous,
    terms,
    issued_at: '2026-11-22T03:00:00Z',
    signers: [{ key, organisation: null, capacity: 'claimant' }],
    visibility: 'public',
    salt: seed('salt ' + name),
    body
  }
}

export function canonical (value) {
  const text = canonicalize(value)
  return { text, digest: hex(sha256(Buffer.from(text, 'utf8'))) }
}
