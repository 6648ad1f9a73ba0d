import { describe, expect, test } from "vitest";
import { chooseBandwidth } from "../../../src/analysis/varying-bandwidth.ts";
import { maximizeVarying } from "../../../src/run/varying-fit.ts";
import { varyingCase, varyingTable } from "../../helpers/varying-cases.ts";

const table = varyingTable("gaussian", 240, 7);
const model = varyingCase("gaussian", 2);

describe("the bandwidth by held-out likelihood", () => {
  test("is the candidate that predicts best, and the same whoever computes it", async () => {
    const options = { candidates: [0.6, 0.2, 0.35], folds: 3, grid: 6 };
    const choice = await chooseBandwidth(model, table, options);
    expect(choice.candidates.map(({ bandwidth }) => bandwidth)).toEqual([0.2, 0.35, 0.6]);
    const best = choice.candidates.reduce((a, b) => (b.heldOut! > a.heldOut! ? b : a));
    expect(choice.bandwidth).toBe(best.bandwidth);
    expect(best.differenceError).toBe(0);
    const fit = maximizeVarying(model, table, { bandwidth: best.bandwidth, grid: 6 });
    expect(best.heldOut!).toBeLessThan(fit.logLikelihood);
    expect(await chooseBandwidth(model, table, { ...options, workers: 2 })).toEqual(choice);
  });

  test("a choice at the edge of the candidates is a problem; one that leaves windows empty is told", async () => {
    const options = { candidates: [0.03, 0.18, 0.4], folds: 3, grid: 6 };
    const { atEdge, findings, candidates } = await chooseBandwidth(model, table, options);
    expect(candidates[0]!.heldOut).toBeUndefined();
    expect(findings.map(({ code }) => code)).toContain("bandwidth-too-small");
    expect(atEdge).toBe(true);
    expect(findings[0]!.message).toMatch(/0.4, is the largest of the candidates; try larger ones/);
  });

  test("candidates and folds that cannot be are refused", async () => {
    await expect(chooseBandwidth(model, table, { candidates: [0.2, -1] })).rejects.toThrow(
      /got -1/,
    );
    await expect(chooseBandwidth(model, table, { candidates: [0.01] })).rejects.toThrow(
      /enough rows/,
    );
    await expect(chooseBandwidth(model, table, { folds: 1 })).rejects.toThrow(/`folds` must be/);
  });
});

test("the rule of thumb shrinks with n and with curvature", () => {
  const of = (n: number, seed: number): number =>
    maximizeVarying(model, varyingTable("gaussian", n, seed), { grid: 6 }).bandwidth;
  const [small, large] = [of(400, 1), of(3000, 1)];
  // (3000 / 400)^(-1/5) = 0.67; curvature is estimated.
  expect(large / small).toBeGreaterThan(0.4);
  expect(large / small).toBeLessThan(0.95);
});
