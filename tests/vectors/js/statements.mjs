// The statement that signers sign (EIP-712): digests by npm ethers and viem, signatures by ethers.
import assert from 'node:assert/strict'
import { getAddress, Signature, SigningKey, TypedDataEncoder, Wallet, encodeBytes32String } from 'ethers'
import { hashDomain, hashStruct, hashTypedData } from 'viem'
import { canonical, record, seed, ZERO } from './records.mjs'
import { made, write } from './out.mjs'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const types = {
  Statement: [
    { name: 'recordType', type: 'bytes32' },
    { name: 'subject', type: 'bytes32' },
    { name: 'digest', type: 'bytes32' },
    { name: 'terms', type: 'bytes32' }
  ]
}
const domainType = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'salt', type: 'bytes32' }
]

// encodeBytes32String stops at 31 bytes and pads with zeros on the right, as the protocol does.
function statement ({ ledger, type, subject, digest, terms }) {
  const domain = { name: 'Comity', version: '1', salt: ledger }
  const message = { recordType: encodeBytes32String(type), subject: subject ?? ZERO, digest, terms: terms ?? ZERO }
  const found = {
    domain_separator: TypedDataEncoder.hashDomain(domain),
    struct_hash: TypedDataEncoder.from(types).hashStruct('Statement', message),
    statement: TypedDataEncoder.hash(domain, types, message)
  }
  const all = { EIP712Domain: domainType, ...types }
  assert.equal(hashDomain({ domain, types: all }), found.domain_separator)
  assert.equal(hashStruct({ data: message, primaryType: 'Statement', types: all }), found.struct_hash)
  assert.equal(hashTypedData({ domain, types, primaryType: 'Statement', message }), found.statement)
  return found
}

const signed = (privateKey, digest) => new SigningKey(privateKey).sign(digest).serialized
const key = (privateKey) => 'eth:' + getAddress(new Wallet(privateKey).address)

// The other signature that the curve gives for every signature: n − s, and the other parity.
function twin (serialized) {
  const { r, s, v } = Signature.from(serialized)
  const high = (ORDER - BigInt(s)).toString(16).padStart(64, '0')
  return r + high + (v === 27 ? '1c' : '1b')
}

const names = [
  'work.registration', 'work.batch', 'work.version', 'work.transfer', 'work.dispute', 'work.withdrawal',
  'key.succession', 'organisation.profile', 'agreement.terms', 'agreement.amendment', 'case.publication',
  'case.status', 'recognition.statement', 'citation.statement', 'answer.attestation', 'ledger.founding',
  'a', 'a-type_of.thirty-one-characters'
]
const ledgers = [seed('ledger 0'), seed('ledger 1'), ZERO, '0x' + 'ff'.repeat(32)]
const statements = names.flatMap((type, i) => [0, 1].map((turn) => {
  const privateKey = seed(`key ${i % 5}`)
  const given = {
    ledger: ledgers[(i + turn) % ledgers.length],
    type,
    subject: (i + turn) % 3 === 0 ? null : seed(`subject ${i}`),
    digest: seed(`digest ${i} ${turn}`),
    terms: (i + turn) % 2 === 0 ? null : seed(`terms ${i}`)
  }
  const found = statement(given)
  return { ...given, ...found, private: privateKey, key: key(privateKey), signature: signed(privateKey, found.statement) }
}))

// Whole records: their bytes, their digest, and the statement over it.
const bodies = {
  plain: { title: [{ text: 'A song', lang: 'en' }], count: 1, none: null, yes: true, no: false, empty: {}, list: [] },
  chinese: { title: [{ text: '一首歌', lang: 'zh' }], authors: [{ name: '林梅', role: 'C', share: '100.0000' }] },
  escapes: { text: 'quote " backslash \\ slash / tab \t line \n return \r bell \u0007 delete \u007f', zero: '\u0000' },
  unicode: { text: 'é ß Ω 😀 𠮷 ﬁ \u2028 \u200d \ufeff', array: [['x', ['y', []]], { b: 1, a: -1, A: 0 }] },
  numbers: { largest: 9007199254740991, smallest: -9007199254740991, zero: 0, million: 1000000 }
}
const records = Object.entries(bodies).map(([name, body], i) => {
  const privateKey = seed(`key ${i}`)
  const type = names[i]
  const subject = i % 2 === 0 ? null : seed('subject of ' + name)
  const terms = i === 3 ? seed('terms of ' + name) : null
  const given = record({ ledger: ledgers[i % 2], type, subject, previous: subject, terms, key: key(privateKey), body, name })
  const { text, digest } = canonical(given)
  const found = statement({ ...given, digest })
  const signature = signed(privateKey, found.statement)
  return {
    name,
    record: given,
    canonical: text,
    digest,
    ...found,
    private: privateKey,
    signatures: [{ scheme: 'eip712', value: signature }],
    high_s: [{ scheme: 'eip712', value: twin(signature) }]
  }
})

write('statements', {
  about: 'EIP-712 statements and their secp256k1 signatures: by their parts, and over whole records with their canonical bytes.',
  made: made('statements', 'ethers', 'viem', 'canonicalize'),
  fields: {
    statements: '`subject` and `terms` null stand for 32 zero bytes; `signature` is r‖s‖v, deterministic (RFC 6979), s low',
    records: '`canonical` is RFC 8785 text, `digest` its SHA-256; `high_s` is the malleable twin of the signature, which is refused'
  },
  statements,
  records
})
