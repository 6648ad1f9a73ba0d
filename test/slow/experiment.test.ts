import { afterAll, describe, expect, it } from "vitest";
import type { ContractionSummary } from "../../src/core/experiment.ts";
import { createRng, integerBelow } from "../../src/math/rng.ts";
import { runCli, scratchFolder } from "../helpers/cli.ts";
import { smallPlan, twoExperts } from "../helpers/experiment-plans.ts";
import { gathered, started, withKills } from "../helpers/experiment-runs.ts";

const { path, write, remove } = scratchFolder();
afterAll(remove);

describe("an experiment of 2000 tasks", () => {
  it("comes to the same bytes when it is killed with -9 again and again", async () => {
    const plan = write("large.json", JSON.stringify(smallPlan(1000)));
    const whole = started(["experiment", plan, "--out", path("whole"), "--workers", "1"]);
    expect(await whole.ended).toBe(0);
    const rng = createRng(11);
    const out = path("killed");
    const argv = ["experiment", plan, "--out", out, "--workers", "2", "--quiet"];
    const kills = await withKills(argv, out, () => 50 + integerBelow(rng, 200));
    expect(kills).toBeGreaterThanOrEqual(7);
    expect(gathered(out)).toEqual(gathered(path("whole")));
  });
});

describe("an exact fit", () => {
  it("has slopes of -1/2 within their intervals", async () => {
    const plan = write(
      "exact.json",
      JSON.stringify({
        kind: "contraction",
        name: "exact fit",
        seed: 1,
        truths: [twoExperts],
        fits: [{ name: "maximum", method: "mle", components: 2, starts: 3 }],
        sizes: [250, 500, 1000, 2000, 4000],
        replicates: 60,
      }),
    );
    const { code, stdout, stderr } = await runCli([
      "experiment",
      plan,
      "--out",
      path("exact"),
      "--json",
    ]);
    expect(code, stderr).toBe(0);
    const summary: ContractionSummary = JSON.parse(stdout);
    const slopes = new Map(summary.rates.map(({ measure, slope }) => [measure, slope]));
    for (const measure of ["loss", "functional", "hellinger", "merged"]) {
      const { estimate, low, high } = slopes.get(measure)!;
      expect(low, `${measure} ${estimate}`).toBeLessThan(-0.5);
      expect(high, `${measure} ${estimate}`).toBeGreaterThan(-0.5);
      expect(high - low, measure).toBeLessThan(0.3);
    }
    expect(summary.cells.every(({ failed, degenerate }) => failed + degenerate === 0)).toBe(true);
  });
});
