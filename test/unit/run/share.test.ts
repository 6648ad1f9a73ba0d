import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, compileChecked, prepare } from "../../../models/compile.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { anchorRows } from "../../../src/run/anchors.ts";
import type { Executor } from "../../../src/run/executor.ts";
import type { Block, Job } from "../../../src/run/job.ts";
import { ownOf, prepareShared, sharedBy } from "../../../src/run/sent.ts";
import { serial } from "../../../src/run/serial.ts";
import { shareArrays } from "../../../src/run/share.ts";
import { threads } from "../../../src/run/threads.ts";
import { drawsOf } from "./toy.ts";

/** Enough rows for arrays that are worth sharing; the one of row 3 is missing. */
const rng = createRng(5);
const x = Array.from({ length: 700 }, () => 4 * uniform(rng) - 2);
const table = tableFrom({
  y: x.map((value, i) => (i === 2 ? null : Math.abs(value) + 0.3 * normal(rng))),
  x,
  w: x.map(() => normal(rng)),
  spare: x,
});
const model: ModelDeclaration = {
  experts: { family: "gaussian", formula: "y ~ x" },
  gate: { kind: "softmax", formula: "~ x + w" },
  components: 2,
};
const known: ModelDeclaration = { ...model, known: "normal(w, 2)" };
const settings = {
  sampler: "gibbs",
  samplerOptions: {},
  chains: 2,
  warmup: 5,
  draws: 10,
  thin: 1,
  seed: 8,
};

const folder = mkdtempSync(join(tmpdir(), "moebius-share-"));
const file = new URL(`file://${join(folder, "worker.js")}`);
beforeAll(() =>
  build({
    entryPoints: [new URL("../../../src/run/worker.ts", import.meta.url).pathname],
    outfile: file.pathname,
    bundle: true,
    format: "esm",
    platform: "node",
    alias: { debug: "./scripts/no-debug.cjs" },
    logLevel: "error",
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

const jobs = (data: ReturnType<typeof ownOf> | ReturnType<typeof sharedBy>): Job[] =>
  [1, 2].map((chain) => ({ ...data, settings, chain, start: "random" }));

async function drawn(executor: Executor, list: readonly Job[]): Promise<number[][]> {
  const blocks: Block[] = [];
  const outcomes = await executor(list, {
    onBlock: (block) => void blocks.push(block),
    onOutcome: () => {},
  });
  expect(outcomes.map(({ status }) => status)).toEqual(["complete", "complete"]);
  return [1, 2].map((of) => drawsOf(blocks.filter(({ chain }) => chain === of)));
}

/** Bytes of arrays that a thread would get a copy of. */
function ownBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) {
    return value.buffer instanceof SharedArrayBuffer ? 0 : value.byteLength;
  }
  if (value instanceof Map) return ownBytes([...value.values()]);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + ownBytes(part), 0);
}

describe.each([
  ["a mixture", model],
  ["a mixture beside a known density", known],
])("chains of %s that share their data", (_, declared) => {
  it("draw the same wherever they run, with and without shared memory", async () => {
    const alone = await drawn(serial(), jobs(ownOf(compile(declared, table))));
    expect(alone[0]).not.toEqual(alone[1]);
    const shared = jobs(sharedBy(compileChecked(prepareShared(declared, table))));
    const copied = jobs(sharedBy(compileChecked(prepare(declared, table))));
    expect(await drawn(serial(), shared)).toEqual(alone);
    expect(await drawn(serial(), copied)).toEqual(alone);
    for (const workers of [1, 2]) {
      expect(await drawn(threads({ workers, file }), shared)).toEqual(alone);
    }
    expect(await drawn(threads({ workers: 2, file }), copied)).toEqual(alone);
  });

  it("are sent no array over the rows", () => {
    const [job] = jobs(sharedBy(compileChecked(prepareShared(declared, table))));
    expect(ownBytes(job)).toBeLessThan(1000);
    expect(ownBytes(jobs(ownOf(compile(declared, table)))[0])).toBeGreaterThan(3 * 8 * 699);
  });
});

it("what is sent is read in the memory where it lies", () => {
  const { prepared } = sharedBy(compileChecked(prepareShared(model, table)));
  const there = structuredClone(prepared);
  prepared.seen.observations.y[7] = 123;
  expect(there.seen.observations.y[7]).toBe(123);
});

it("an array that experts and gate both have lies in memory once", () => {
  const both = { ...model, gate: { kind: "softmax", formula: "~ x" } } as const;
  const { seen } = prepareShared(both, table);
  expect(seen.gate.X).toBe(seen.observations.design.X);
  expect(seen.gate.X.data).toEqual(prepare(both, table).seen.gate.X.data);
});

it("without shared memory nothing is copied", () => {
  const prepared = prepare(model, table);
  expect(shareArrays(prepared, null)).toBe(prepared);
});

it("anchors of equal values are ranked by their rows", () => {
  const ranks = (values: readonly number[]): number[] => {
    const features = { rows: values.length, columns: 1, data: Float64Array.from(values) };
    return anchorRows(features);
  };
  const slow = (values: readonly number[]): number[] => {
    const ranked = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
    return [0, 1, 2, 3, 4]
      .map((j) => ranked[Math.floor(((j + 0.5) * values.length) / 5)]! + 1)
      .sort((a, b) => a - b);
  };
  const many = Array.from({ length: 203 }, (_, i) => (i * 37) % 6);
  expect(ranks(many)).toEqual(slow(many));
  const signed = many.map((value, i) => (value === 0 && i % 2 === 0 ? -0 : value));
  expect(ranks(signed)).toEqual(slow(signed));
  expect(ranks([4, 4, 4])).toEqual([1, 2, 3]);
});
