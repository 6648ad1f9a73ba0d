import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import type { Run } from "../../../src/core/run.ts";
import { runChain } from "../../../src/run/chain.ts";
import { openRun } from "../../../src/run/open-run.ts";
import { sample } from "../../../src/run/sample.ts";
import type { SampleOptions } from "../../../src/run/sample-options.ts";
import { serial } from "../../../src/run/serial.ts";
import { smallModel, smallTable } from "./small.ts";

const base = mkdtempSync(join(tmpdir(), "moebius-random-count-"));
afterAll(() => rmSync(base, { recursive: true }));

const WARMUP = 60;
const table = smallTable();
const model: ModelDeclaration = {
  ...smallModel,
  components: { kind: "poisson", rate: 1, max: 5 },
};

const run = (more: SampleOptions): Promise<Run> =>
  sample(model, table, {
    ...{ chains: 2, warmup: WARMUP, draws: 30, seed: 3, executor: serial() },
    ...more,
  });

/** Ends every chain after so many iterations. */
const stoppingAfter = (iterations: number) =>
  serial(function* (job, control) {
    let left = iterations;
    return yield* runChain(job, { ...control, shouldStop: () => left-- <= 0 });
  });

/** What must not depend on where a run was interrupted. */
const result = ({ draws, chains }: Run) => ({
  draws,
  chains: chains.map(({ seconds: _, ...chain }) => chain),
});

describe.each(["auto", "reversible-jump", "mfm"])("a random number of experts, %s", (sampler) => {
  it("draws the same bit for bit however often it is interrupted, in warm-up and after", async () => {
    const whole = await run({ sampler });
    const out = join(base, sampler);
    // 23 and 23 + 20 iterations end within warm-up, whose proposals are still being learned.
    for (const [session, iterations] of [23, 20, 30].entries()) {
      const executor = stoppingAfter(iterations);
      const stopped = await run({ sampler, out, executor, resume: session > 0 });
      expect(stopped.chains.map(({ status }) => status)).toEqual(["partial", "partial"]);
    }
    const finished = await run({ sampler, out, resume: true });
    expect(result(finished)).toEqual(result(whole));
    expect(result(openRun(out).run)).toEqual(result(whole));
  });

  it("says from which number each chain started, and when it first had others", async () => {
    const { chains, draws } = await run({ sampler, starts: ["fewest", "most"] });
    expect(chains[0]!.firstVisits?.["1"]).toBe(0);
    expect(chains[1]!.firstVisits?.["5"]).toBe(0);
    const K = draws.variables.indexOf("K");
    for (const [c, { values }] of draws.chains.entries()) {
      const visited = Object.keys(chains[c]!.firstVisits!);
      for (let t = 0; t < 30; t++) {
        expect(visited).toContain(`${values[t * draws.variables.length + K]!}`);
      }
    }
  });
});

it("what warm-up has learned is kept, and draws depend on it: with another memory they are others", async () => {
  const out = join(base, "forgetful");
  const whole = await run({ sampler: "auto", draws: 500 });
  await run({ sampler: "auto", draws: 500, out, executor: stoppingAfter(WARMUP) });
  for (const chain of [1, 2]) {
    const path = join(out, `chain-${chain}.checkpoint.json`);
    const checkpoint = JSON.parse(readFileSync(path, "utf8"));
    const learned = new Float64Array(
      Uint8Array.from(Buffer.from(checkpoint.learned, "base64")).buffer,
    );
    expect(learned.some((count) => count > 0)).toBe(true);
    // Another memory, in which the last scale was tried and accepted most often.
    const half = learned.length / 2;
    const other = Float64Array.from(learned, (_, i) => (i % half === half - 1 ? 500 : 0));
    const text = Buffer.from(other.buffer).toString("base64");
    writeFileSync(path, JSON.stringify({ ...checkpoint, learned: text }));
  }
  const forgetful = await run({ sampler: "auto", draws: 500, out, resume: true });
  expect(result(forgetful)).not.toEqual(result(whole));
});

describe("a sampler that cannot serve", () => {
  it.each([
    ["mfm", 2, /^mfm needs a prior on the number of components; the model has 2\. Write a prior/],
    ["reversible-jump", 2, /needs a prior on the number of components; the model has 2/],
    ["gibbs", model.components, /^gibbs needs a fixed number .* Use auto, reversible-jump or mfm$/],
  ])("%s says what to write instead", async (sampler, components, says) => {
    await expect(
      sample({ ...model, components }, table, { sampler, executor: serial() }),
    ).rejects.toThrow(says);
  });

  it("is never auto: with a fixed number it is marginal", async () => {
    const options = { chains: 1, warmup: 5, draws: 10, executor: serial() };
    const auto = await sample(smallModel, table, { ...options, sampler: "auto" });
    const marginal = await sample(smallModel, table, { ...options, sampler: "marginal" });
    expect(auto.settings.sampler).toBe("marginal");
    expect(result(auto)).toEqual(result(marginal));
  });
});
