// Bundles the program into dist. What is bundled from other people is named in THIRD-PARTY-NOTICES.md.
import { rmSync } from "node:fs";
import { build } from "esbuild";
import { buildOptions } from "./build-options.mjs";

rmSync("dist", { recursive: true, force: true });
await build(buildOptions);
