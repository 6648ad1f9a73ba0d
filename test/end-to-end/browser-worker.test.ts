import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compile } from "../../models/compile.ts";
import type { ExpertPriorDeclaration, GateDeclaration } from "../../src/core/model.ts";
import { tableFrom } from "../../src/data/table.ts";
import { runChain } from "../../src/run/chain.ts";
import type { DeclaredJob as Job } from "../../src/run/job.ts";
import { launchChromium } from "../helpers/browser.ts";

const ROWS = Array.from({ length: 60 }, (_, i) => i);
const x = ROWS.map((i) => Math.cos(3 * i) + i / 60);
const table = tableFrom({ x, y: x.map((value, i) => Math.abs(value) + 0.1 * Math.sin(7 * i)) });

const softmax = { kind: "softmax", formula: "~ x" } as const;
const studentT = { kind: "student-t", df: 4, location: 0, scale: 1 };
const sliced: ExpertPriorDeclaration = {
  kind: "independent",
  coefficients: studentT,
  sd: { kind: "half-cauchy", scale: 1 },
};
const cases: readonly (readonly [string, GateDeclaration, string, ExpertPriorDeclaration?])[] = [
  ["Laplace-t", softmax, "laplace"],
  ["Pólya-Gamma", softmax, "polya-gamma"],
  ["a constant gate", { kind: "constant" }, "conjugate"],
  ["slices everywhere", { ...softmax, prior: studentT }, "slice", sliced],
];

const jobs = cases.map(([, gate, gateUpdate, prior]): Job => {
  const gaussian = { family: "gaussian", formula: "y ~ x" };
  const experts = prior === undefined ? gaussian : { ...gaussian, prior };
  const compiled = compile({ experts, gate, components: 2 }, table);
  const settings = {
    sampler: "gibbs",
    samplerOptions: { gateUpdate },
    chains: 1,
    warmup: 20,
    draws: 50,
    thin: 1,
    seed: 6,
  };
  return { model: compiled.model, table: compiled.table, settings, chain: 1, start: "kmeans" };
});

/** Runs in the page: starts the worker from its text and hands it the jobs. */
const ASK_WORKER = `([text, jobs]) => new Promise((resolve, reject) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  const revive = (table) => ({
    ...table,
    columns: new Map(table.columns.map(([name, values]) =>
      [name, { kind: "numeric", values: Float64Array.from(values) }])),
  });
  worker.postMessage(jobs.map((job) => ({ ...job, table: revive(job.table) })));
})`;

/** A job as JSON: its columns are numbers here. */
function plain(job: Job) {
  const columns = [...job.table.columns].map(([name, column]) => {
    if (column.kind !== "numeric") throw new Error(`${name} must be numeric`);
    return [name, [...column.values]];
  });
  return { ...job, table: { rows: job.table.rows, columns } };
}

let browser: Browser;
let drawn: readonly (readonly number[])[];

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL("../helpers/chain-worker.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    alias: { debug: "./scripts/no-debug.cjs" },
    logLevel: "error",
  });
  browser = await launchChromium();
  const page = await browser.newPage();
  const ask = `(${ASK_WORKER})(${JSON.stringify([outputFiles[0]!.text, jobs.map(plain)])})`;
  drawn = await page.evaluate<readonly (readonly number[])[]>(ask);
});

afterAll(async () => {
  await browser?.close();
});

it.each(cases.map(([name], index) => [name, index] as const))(
  "a worker of a browser draws what Node draws, bit for bit: %s",
  (_, index) => {
    const control = { now: () => 0, shouldStop: () => false, blockSeconds: 1 };
    const here = [...runChain(jobs[index]!, control)].flatMap(({ values }) => [...values]);
    expect(here.length).toBeGreaterThan(50 * 5);
    expect(drawn[index]).toEqual(here);
  },
);
