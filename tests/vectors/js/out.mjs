// Where the vectors go and how they are written: two spaces, one trailing newline.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const { dependencies } = require('./package.json')

export const made = (script, ...packages) => ({
  by: packages.map((name) => (name === 'node' ? `node ${process.version}` : `npm ${name} ${dependencies[name]}`)),
  script: `tests/vectors/js/${script}.mjs`,
  command: `cd tests/vectors/js && npm install && npm run ${script}`
})

export function write (name, vectors) {
  const path = fileURLToPath(new URL(`../../../registry/proofs/vectors/${name}.json`, import.meta.url))
  writeFileSync(path, JSON.stringify(vectors, null, 2) + '\n')
  console.log(path)
}
