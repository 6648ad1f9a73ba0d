import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const execute = promisify(execFile);

type Row = Readonly<Record<string, unknown>>;

describe("a quick benchmark of one problem", () => {
  let folder: string;
  let printed: string;
  type Parts = "samplers" | "counts" | "varying" | "threads" | "costs" | "kernels" | "startUp";
  let result: Row &
    Readonly<Record<Parts, readonly Row[]>> & { readonly em: { readonly results: readonly Row[] } };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "moebius-bench-test-"));
    const json = join(folder, "bench.json");
    const options = ["--quick", "--problems", "P3", "--json", json];
    ({ stdout: printed } = await execute(process.execPath, ["test/bench/bench.mjs", ...options]));
    result = JSON.parse(await readFile(json, "utf8"));
  }, 150_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("says on which machine and with which versions it was made", () => {
    expect(result).toMatchObject({
      moebius: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.version,
      quick: true,
      machine: { architecture: process.arch, cores: expect.any(Number) },
    });
  });

  test("measures the problem with the default sampler and Gibbs sweeps of either gate update", () => {
    expect(result.samplers.map(({ problem, gateUpdate }) => [problem, gateUpdate])).toEqual([
      ["P3", "marginal"],
      ["P3", "laplace"],
      ["P3", "polya-gamma"],
    ]);
  });

  test("takes effective sizes over the functionals that the peers report", () => {
    const points = [1, 2, 3];
    for (const { functionals } of result.samplers) {
      expect(Object.keys(functionals as Row)).toEqual([
        "sd_sorted[1]",
        "sd_sorted[2]",
        "log_likelihood",
        "gate_entropy",
        ...points.map((i) => `mean_at[${i}]`),
        ...points.map((i) => `gate_square_at[${i}]`),
      ]);
    }
  });

  test("counts warm-up in its rates", () => {
    for (const row of result.samplers) {
      const { essMin, essPerSecondMin, secondsCpu, msPerIteration } = numbersOf(row);
      expect(essPerSecondMin).toBeCloseTo(essMin! / secondsCpu!, 8);
      expect(msPerIteration).toBeCloseTo((1000 * secondsCpu!) / (2 * (50 + 200)), 8);
    }
  });

  test("holds finite numbers only, and times above zero", () => {
    const found = numbersIn(result);
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter((value) => typeof value !== "number" || !Number.isFinite(value))).toEqual(
      [],
    );
    for (const { nsPerCall } of result.kernels) expect(nsPerCall).toBeGreaterThan(0);
    for (const { cpuMs } of result.startUp) expect(cpuMs).toBeGreaterThan(0);
    for (const { msPerSweep } of result.samplers) expect(msPerSweep).toBeGreaterThan(0);
  });

  test("runs the same chains with one thread and with two", () => {
    const [one, two] = result.threads;
    expect([one!["workers"], two!["workers"]]).toEqual([1, 2]);
    expect(two!["first"]).toEqual(one!["first"]);
  });

  test("measures EM and sampling against rows, experts and covariates", () => {
    const points = result.costs.map(({ what, n, experts }) => [what, n, experts]);
    expect(points).toContainEqual(["em", 1000, 4]);
    expect(points).toContainEqual(["sampling", 10_000, 2]);
  });

  test("prints every sampler, kernel and process as a row", () => {
    const lines = printed.split("\n").filter((line) => line.startsWith("| "));
    const { samplers, counts, em, varying, threads, costs, kernels, startUp } = result;
    const tables = [samplers, counts, em.results, varying, threads, costs, kernels, startUp];
    const rows = tables.reduce((total, table) => total + table.length, 0);
    expect(lines).toHaveLength(tables.length + rows);
  });
});

test("an unknown problem is refused by name", async () => {
  const run = execute(process.execPath, ["test/bench/bench.mjs", "--problems", "P9"]);
  await expect(run).rejects.toThrow("got P9");
});

function numbersOf(row: Row): Readonly<Record<string, number>> {
  return row as Readonly<Record<string, number>>;
}

/** Everything in a JSON value that is neither text nor a truth value; NaN has become null there. */
function numbersIn(value: unknown): unknown[] {
  if (typeof value === "string" || typeof value === "boolean") return [];
  if (value === null || typeof value !== "object") return [value];
  return Object.values(value).flatMap(numbersIn);
}
