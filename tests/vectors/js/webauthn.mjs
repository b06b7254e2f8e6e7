// Passkey assertions (WebAuthn, P-256) over statements, by node's crypto. Signatures are fresh each run.
import { createECDH, createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { TypedDataEncoder, encodeBytes32String } from 'ethers'
import { canonical, hex, record, seed, sha256, ZERO } from './records.mjs'
import { made, write } from './out.mjs'

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function passkey (name) {
  const secret = Buffer.from(seed('passkey ' + name).slice(2), 'hex')
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(secret)
  const point = ecdh.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
    d: secret.toString('base64url')
  }
  return {
    key: 'p256:0x' + ecdh.getPublicKey('hex', 'compressed'),
    private: hex(secret),
    privateKey: createPrivateKey({ key: jwk, format: 'jwk' })
  }
}

// What node signs may have a high s: the low one is n − s.
function twin (value) {
  const s = ORDER - BigInt('0x' + value.subarray(32).toString('hex'))
  return Buffer.concat([value.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
}

function both (privateKey, message) {
  const value = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const other = twin(value)
  for (const each of [value, other]) {
    if (!verify('sha256', message, { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' }, each)) throw new Error('node refuses its own signature')
  }
  const low = BigInt('0x' + value.subarray(32).toString('hex')) <= ORDER / 2n
  return low ? { low: value, high: other } : { low: other, high: value }
}

const FLAGS = { present: 0x01, verified: 0x05, backedUp: 0x1d, absent: 0x04, extensions: 0x85 }

function authenticatorData (flags, rest = Buffer.alloc(0)) {
  const counter = Buffer.from([0, 0, 0, 7])
  return Buffer.concat([sha256('comity.example'), Buffer.from([flags]), counter, rest])
}

function clientData (challenge, changes = {}) {
  return Buffer.from(JSON.stringify({
    type: 'webauthn.get', challenge, origin: 'https://comity.example', crossOrigin: false, ...changes
  }))
}

function assertion (pass, authenticator, client, pick = 'low') {
  const message = Buffer.concat([authenticator, createHash('sha256').update(client).digest()])
  return {
    scheme: 'webauthn',
    authenticator_data: hex(authenticator),
    client_data: hex(client),
    value: hex(both(pass.privateKey, message)[pick])
  }
}

function statementOf (given, digest) {
  const types = { Statement: ['recordType', 'subject', 'digest', 'terms'].map((name) => ({ name, type: 'bytes32' })) }
  return TypedDataEncoder.hash({ name: 'Comity', version: '1', salt: given.ledger }, types, {
    recordType: encodeBytes32String(given.type), subject: given.subject ?? ZERO, digest, terms: given.terms ?? ZERO
  })
}

const people = ['lin', 'ana', 'mei'].map(passkey)
const records = people.map((person, i) => {
  const body = { title: [{ text: ['一首歌', 'Una canción', 'Song'][i], lang: ['zh', 'es', 'en'][i] }] }
  const given = record({ ledger: seed('ledger 0'), type: 'work.registration', key: person.key, body, name: `passkey ${i}` })
  const { digest } = canonical(given)
  const statement = statementOf(given, digest)
  const challenge = Buffer.from(statement.slice(2), 'hex')
  return { given, statement, challenge, person }
})

function cases ({ challenge, person }, other) {
  const text = challenge.toString('base64url')
  const present = authenticatorData(FLAGS.present)
  const held = (name, authenticator, client) => ({ name, holds: true, signature: assertion(person, authenticator, client) })
  const refused = (name, code, signature) => ({ name, holds: false, code, signature })
  const good = assertion(person, present, clientData(text))
  const wrongClient = (name, client) => refused(name, 'SIGNATURE_INVALID', assertion(person, present, client))
  const changed = (name, change) => refused(name, 'SIGNATURE_INVALID', { ...good, ...change })
  const flip = (value, at) => value.slice(0, at) + (value[at] === '0' ? '1' : '0') + value.slice(at + 1)
  return [
    held('a person present', present, clientData(text)),
    held('a person verified', authenticatorData(FLAGS.verified), clientData(text)),
    held('a synced passkey', authenticatorData(FLAGS.backedUp), clientData(text)),
    held('with extension data', authenticatorData(FLAGS.extensions, Buffer.from('a16b686d61632d736563726574f5', 'hex')), clientData(text)),
    held('from another origin', present, clientData(text, { origin: 'https://other.example', crossOrigin: true, topOrigin: 'https://comity.example' })),
    held('members in another order, and one more', present, Buffer.from(`{"origin":"https://comity.example",  "challenge":"${text}","type":"webauthn.get","other_keys_can_be_added_here":"do not compare clientDataJSON against a template"}`)),
    held('a name in Chinese in the client data', present, clientData(text, { origin: 'https://登记.example' })),
    refused('high s', 'SIGNATURE_HIGH_S', assertion(person, present, clientData(text), 'high')),
    refused('nobody present', 'SIGNATURE_INVALID', assertion(person, authenticatorData(FLAGS.absent), clientData(text))),
    refused('by another passkey', 'SIGNATURE_INVALID', assertion(other.person, present, clientData(text))),
    wrongClient('another statement', clientData(other.challenge.toString('base64url'))),
    wrongClient('a registration of a key', clientData(text, { type: 'webauthn.create' })),
    wrongClient('the challenge with padding', clientData(text + '=')),
    wrongClient('the challenge in plain base 64', clientData(challenge.toString('base64'))),
    wrongClient('the challenge in hexadecimal', clientData(challenge.toString('hex'))),
    wrongClient('no challenge', clientData(undefined)),
    wrongClient('client data that is an array', Buffer.from(JSON.stringify([text]))),
    wrongClient('client data that is not JSON', Buffer.from(`type=webauthn.get&challenge=${text}`)),
    changed('a changed flag', { authenticator_data: flip(good.authenticator_data, 66) }),
    changed('changed client data', { client_data: hex(clientData(text, { crossOrigin: true })) }),
    changed('a changed signature', { value: flip(good.value, 10) }),
    changed('r and s of zero', { value: '0x' + '00'.repeat(64) }),
    changed('authenticator data cut short', { authenticator_data: good.authenticator_data.slice(0, -2) })
  ]
}

write('webauthn', {
  about: 'Passkey assertions over the statements of records: those that hold, and those that are refused with their code.',
  made: made('webauthn', 'node', 'ethers', 'canonicalize'),
  records: records.map((each, i) => ({
    record: each.given,
    statement: each.statement,
    challenge: each.challenge.toString('base64url'),
    private: each.person.private,
    cases: cases(each, records[(i + 1) % records.length])
  }))
})
