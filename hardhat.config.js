import { createRequire } from "node:module";

// The compiler is the one that `npm ci` installed: nothing is downloaded while building or testing.
const soljson = createRequire(import.meta.url).resolve("solc/soljson.js");

// Fuzzing is thorough where it decides (CI) and short where somebody waits for it.
const inContinuousIntegration = process.env.CI === "true";
const fuzzRuns = Number(process.env.COMITY_FUZZ_RUNS ?? (inContinuousIntegration ? 5000 : 256));

export default {
  solidity: {
    version: "0.8.37",
    path: soljson,
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true, runs: 10000 },
      viaIR: false,
    },
  },
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
    artifacts: "./.cache/hardhat/artifacts",
    cache: "./.cache/hardhat/cache",
  },
  test: {
    solidity: {
      // The seed is fixed, so that a failure seen once is seen again.
      fuzz: { runs: fuzzRuns, seed: "0x636f6d697479" },
    },
  },
};
