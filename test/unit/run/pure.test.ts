import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import { runChain } from "../../../src/run/chain.ts";
import type { Job } from "../../../src/run/job.ts";
import { smallModel, smallOptions, smallTable } from "./small.ts";
import { drawsOf } from "./toy.ts";

const control = { now: () => 0, shouldStop: () => false, blockSeconds: 1 };

it("a chain needs nothing but the language, and draws the same without Node around it", async () => {
  const { model, table } = compile(smallModel, smallTable());
  const { chains, warmup, draws, thin, seed } = smallOptions;
  const settings = { sampler: "gibbs", samplerOptions: {}, chains, warmup, draws, thin, seed };
  const job: Job = { model, table, settings, chain: 2, start: "kmeans" };

  const { outputFiles } = await build({
    entryPoints: [new URL("../../../src/run/chain.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "moebius",
    platform: "browser",
    alias: { debug: "./scripts/no-debug.cjs" },
    logLevel: "error",
  });
  const bare = createContext({ job, control });
  runInContext(outputFiles[0]!.text, bare);
  const blocks = runInContext("[...moebius.runChain(job, control)]", bare);

  const here = [...runChain(job, control)];
  expect(here.at(-1)!.checkpoint.draws).toBe(draws);
  expect(drawsOf(blocks)).toEqual(drawsOf(here));
});
