// CIDs of files in the profile unixfs-v1-2025 (IPIP-0499), by npm ipfs-unixfs-importer.
import { createHash } from 'node:crypto'
import { BaseBlockstore } from 'blockstore-core'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { made, write } from './out.mjs'

const MIB = 1024 * 1024

// The file: SHA-256("comity/cids" ‖ i as 8 bytes big-endian) for i = 0, 1, 2, …, cut to `size`.
function counter (size) {
  const bytes = Buffer.alloc(Math.ceil(size / 32) * 32)
  const input = Buffer.concat([Buffer.from('comity/cids'), Buffer.alloc(8)])
  for (let i = 0; i * 32 < size; i++) {
    input.writeBigUInt64BE(BigInt(i), 11)
    createHash('sha256').update(input).digest().copy(bytes, i * 32)
  }
  return bytes.subarray(0, size)
}

async function * whole (size) {
  yield counter(size)
}

// The file: its first `period` bytes are `counter(period)`, and then they come again, cut to `size`.
async function * repeated (size, period) {
  const once = counter(period)
  for (let done = 0; done < size; done += period) {
    yield once.subarray(0, Math.min(period, size - done))
  }
}

// Counts what is put and keeps nothing: a file of a gigabyte needs no gigabyte.
class Counting extends BaseBlockstore {
  blocks = new Set()
  put (cid, bytes) {
    this.blocks.add(cid.toString())
    this.last = bytes
    return cid
  }
}

async function cidOf (content, chunk, links) {
  const store = new Counting()
  let file
  for await (const entry of importer([{ content }], store, {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    wrapWithDirectory: false,
    chunker: fixedSize({ chunkSize: chunk }),
    layout: balanced({ maxChildrenPerNode: links }),
    fileImportConcurrency: 1,
    blockWriteConcurrency: 1
  })) file = entry
  return { cid: file.cid.toString(), dag_size: Number(file.size), distinct_blocks: store.blocks.size, root: store.last }
}

const sizes = [
  0, 1, 2, 31, 32, 33, 1000, 65536, 262143, 262144, 262145,
  MIB - 1, MIB, MIB + 1, 2 * MIB - 1, 2 * MIB, 2 * MIB + 1,
  5000000, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 9 * MIB + 12345
]
const files = []
for (const size of sizes) {
  const { cid, dag_size, distinct_blocks, root } = await cidOf(whole(size), MIB, 1024)
  const node = size > MIB ? { root_block: '0x' + Buffer.from(root).toString('hex') } : {}
  files.push({ size, cid, dag_size, distinct_blocks, ...node })
}

const large = []
for (const size of [1024 * MIB, 1024 * MIB + 1, 1025 * MIB + 54321]) {
  const { cid, dag_size, distinct_blocks } = await cidOf(repeated(size, MIB), MIB, 1024)
  large.push({ size, period: MIB, cid, dag_size, distinct_blocks })
}

// The same tree in small: the shape at every depth, which the true profile shows only above 1 TiB.
const shapes = []
for (const [chunk, links] of [[32, 2], [32, 3], [7, 4], [64, 1024]]) {
  const leaves = links === 1024 ? [1023, 1024, 1025, 2048, 2049] : [1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 26, 27, 28, 63, 64, 65, 81, 82, 256, 257]
  for (const n of leaves) {
    for (const size of [n * chunk - 3, n * chunk]) {
      const { cid, dag_size, distinct_blocks } = await cidOf(whole(size), chunk, links)
      shapes.push({ chunk, links, size, cid, dag_size, distinct_blocks })
    }
  }
}

write('cids', {
  about: 'CIDs of files by the profile unixfs-v1-2025 (IPIP-0499): CIDv1, raw leaves, 1 MiB chunks, 1024 links, balanced.',
  made: made('cids', 'ipfs-unixfs-importer', 'blockstore-core'),
  content: {
    files: 'SHA-256("comity/cids" as ASCII, then i as 8 bytes big-endian) for i = 0, 1, 2, … one after the other, cut to `size` bytes',
    large: 'the first `period` bytes are as in `files`, and they are repeated, cut to `size` bytes',
    shapes: 'as in `files`, but with chunks of `chunk` bytes and at most `links` links a node: the shape of the tree at every depth'
  },
  fields: {
    dag_size: 'bytes of all blocks of the tree, each counted as often as it is linked',
    distinct_blocks: 'how many different blocks the tree has',
    root_block: 'the dag-pb bytes of the root'
  },
  files,
  large,
  shapes
})
