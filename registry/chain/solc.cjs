// Gives the compiler that npm installed the two options of the native `solc` that py-solc-x needs.
// Called as: node solc.cjs <folder of the npm package> --version | --standard-json [ignored…]
const [, , folder, ...options] = process.argv;
const solc = require(folder);

if (options.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler\nVersion: ${solc.version()}\n`);
} else if (options.includes("--standard-json")) {
  process.stdout.write(solc.compile(require("node:fs").readFileSync(0, "utf8")));
} else {
  process.stderr.write("Only --version and --standard-json are answered here.\n");
  process.exitCode = 1;
}
