/** The built program: that of the variable BASILECT, else that of the build folder. */

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** Its path. */
export const basilect = process.env.BASILECT ?? join(target, "debug", "basilect");

/** Why tests with the program are skipped, or `false`. */
export const missing = existsSync(basilect)
  ? false
  : `${basilect} is not built: cargo build, or set BASILECT`;
