// The fingerprint of a file, beside the page, so that the page stays awake. The file goes nowhere.

import { Sha256 } from "./sha256.js";

const PIECE = 4 * 1024 * 1024;

addEventListener("message", async ({ data: file }) => {
  try {
    const hash = new Sha256();
    for (let at = 0; at < file.size; at += PIECE) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
      postMessage({ read: Math.min(at + PIECE, file.size) });
    }
    // A folder has a size of its own on some systems, and no bytes: reading tells.
    if (file.size === 0) await file.arrayBuffer();
    postMessage({ sha256: hash.hex() });
  } catch {
    postMessage({ unreadable: true });
  }
});
