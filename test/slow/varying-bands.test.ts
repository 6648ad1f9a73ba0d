import { describe, expect, test } from "vitest";
import { varyingBands } from "../../src/analysis/varying-bands.ts";
import { simulateVarying } from "../../src/analysis/varying-simulate.ts";
import { maximizeVarying } from "../../src/run/varying-fit.ts";
import { varyingTable } from "../helpers/varying-cases.ts";
import reference from "../reference/varying/bands.json" with { type: "json" };

const cpuSeconds = (run: () => unknown): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

describe("bands of coefficient functions", () => {
  test("hold the whole curve as often as they say, those of plain lines do not", () => {
    const replicates = 60;
    const held = new Map<string, { corrected: number; plain: number }>();
    for (let seed = 1; seed <= replicates; seed++) {
      const { table, model, truth } = simulateVarying({ n: 1000, seed, separation: 1.6 });
      const fit = maximizeVarying(model, table, { bandwidth: 0.2, grid: 19 });
      const corrected = varyingBands(fit, table).curves;
      const plain = varyingBands(fit, table, { bias: "none", smallSample: false }).curves;
      corrected.forEach(({ component, part, term, u }, f) => {
        if (part === "probability") return;
        const name = `${part} ${component} ${term}`;
        const counts = held.get(name) ?? { corrected: 0, plain: 0 };
        held.set(name, counts);
        const holds = ({ simultaneousLower, simultaneousUpper }: (typeof corrected)[number]) =>
          u.every((at, g) => {
            const value = truth({ component, part, term }, at);
            return value > simultaneousLower[g]! && value < simultaneousUpper[g]!;
          });
        counts.corrected += holds(corrected[f]!) ? 1 : 0;
        counts.plain += holds(plain[f]!) ? 1 : 0;
      });
    }
    // If 95 % are held, fewer than 82 % of 60 have probability 2e-4.
    for (const { corrected } of held.values()) {
      expect(corrected / replicates).toBeGreaterThan(0.82);
    }
    expect(held.get("experts 1 (Intercept)")!.plain / replicates).toBeLessThan(0.7);
  });

  test("take less than a hundredth of VCMoE's processor time, once the code is warm", () => {
    const { table, model } = simulateVarying({ n: 300, seed: 1, separation: 1.6 });
    const fit = maximizeVarying(model, table, { bandwidth: 0.25, grid: 19 });
    for (const kind of ["tube", "multiplier"] as const) {
      const seconds = Array.from({ length: 9 }, () =>
        cpuSeconds(() => varyingBands(fit, table, { kind })),
      );
      expect(Math.min(...seconds)).toBeLessThan(reference.gaussian.cpuSeconds / 100);
    }
  });

  test("of 100 000 rows are found", () => {
    const table = varyingTable("gaussian", 100_000, 1);
    const { model } = simulateVarying({ n: 100, seed: 1 });
    const renamed = {
      ...model,
      experts: { ...model.experts, formula: "y ~ z" },
      gate: { kind: "softmax" as const, formula: "~ x" },
    };
    const fit = maximizeVarying({ ...model, ...renamed }, table, { bandwidth: 0.06 });
    const { curves, findings } = varyingBands(fit, table);
    expect(findings).toEqual([]);
    const slope = curves.find(({ component, term }) => component === 1 && term === "z")!;
    const holds = slope.u.filter((u, g) => {
      const truth = 0.7 + 0.4 * u;
      return truth > slope.simultaneousLower[g]! && truth < slope.simultaneousUpper[g]!;
    });
    expect(holds.length).toBe(slope.u.length);
  });
});
