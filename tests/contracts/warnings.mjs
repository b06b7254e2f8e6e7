// Compiles every contract, those of the tests too, and fails on anything that the compiler has to say.
// Hardhat prints warnings once and then serves its cache; a check must not depend on that.
import { createRequire } from "node:module";
import { globSync, readFileSync } from "node:fs";

const solc = createRequire(import.meta.url)("solc");

const files = globSync("{contracts,tests/contracts}/**/*.sol");
const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: "Solidity",
      sources: Object.fromEntries(files.map((file) => [file, { content: readFileSync(file, "utf8") }])),
      settings: {
        evmVersion: "cancun",
        optimizer: { enabled: true, runs: 10000 },
        outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
      },
    }),
  ),
);
// Tests are never deployed, so the largest size of deployed code (warning 5574) is not theirs to keep.
const isTestSize = (complaint) =>
  complaint.errorCode === "5574" && complaint.sourceLocation.file.startsWith("tests/");
const complaints = (output.errors ?? []).filter((complaint) => !isTestSize(complaint));
for (const complaint of complaints) console.error(complaint.formattedMessage);
if (complaints.length > 0) process.exit(1);
console.log(`${files.length} Solidity files, no warnings`);
