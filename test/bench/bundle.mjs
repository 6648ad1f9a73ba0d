import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "../../scripts/build-options.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles a TypeScript program of this folder, or code given as text, with the sources as they
 * are now. Returns the file and a function that removes it.
 */
export async function bundle({ entry, code }) {
  const folder = await mkdtemp(join(tmpdir(), "moebius-bench-"));
  const file = join(folder, "program.mjs");
  await build({
    ...bundling,
    ...(code === undefined
      ? { entryPoints: [join(ROOT, "test/bench", entry)] }
      : { stdin: { contents: code, resolveDir: ROOT } }),
    outfile: file,
    absWorkingDir: ROOT,
    logLevel: "error",
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
