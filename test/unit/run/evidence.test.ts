import { expect, test } from "vitest";
import { evidence } from "../../../src/run/evidence.ts";
import { randomKReference, referenceModel } from "../../helpers/random-k.ts";

const { table } = randomKReference("tiny");
const options = { components: [1, 2], effort: { particles: 40, sweeps: 1, replicates: 3 } };

test("worker threads give the numbers of this thread", async () => {
  const here = await evidence(referenceModel, table, options);
  expect(await evidence(referenceModel, table, { ...options, workers: 2 })).toEqual(here);
});

test("another seed gives other replicates, and every replicate is another", async () => {
  const [one, other] = await Promise.all(
    [1, 2].map((seed) => evidence(referenceModel, table, { ...options, seed })),
  );
  const logs = [...one!["2"]!.replicates, ...other!["2"]!.replicates];
  expect(new Set(logs).size).toBe(logs.length);
});

test("tells how many replicates are done", async () => {
  const told: string[] = [];
  const progress = (done: number, total: number) => void told.push(`${done}/${total}`);
  await evidence(referenceModel, table, { ...options, progress });
  expect(told).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
});

test("gives what was finished once it is aborted", async () => {
  const stop = new AbortController();
  const progress = (done: number) => {
    if (done === 4) stop.abort();
  };
  const results = await evidence(referenceModel, table, {
    ...options,
    progress,
    signal: stop.signal,
  });
  expect(Object.keys(results)).toEqual(["1"]);
});

test("quadruples the particles while replicates disagree, as often as it may", async () => {
  const { table: hard } = randomKReference("k2");
  const effort = { particles: 10, sweeps: 1, replicates: 2, escalations: 1 };
  const results = await evidence(referenceModel, hard, { components: [1, 2], effort });
  expect(results["1"]!.particles).toBe(10);
  expect(results["2"]!.particles).toBe(40);
});

test.each([
  [{ components: [0] }, "`components` must be a whole number ≥ 1; got 0"],
  [{ components: [2], workers: 0 }, "`workers` must be a whole number ≥ 1; got 0"],
  [
    { components: [2], effort: { replicates: 0 } },
    "`replicates` must be a whole number ≥ 1; got 0",
  ],
])("refuses %o", async (asked, message) => {
  await expect(evidence(referenceModel, table, asked)).rejects.toThrow(message);
});
