import { describe, expect, test } from "vitest";
import { gateSeparation, separation } from "../../../diagnostics/findings/gate-separation.ts";
import { compile } from "../../../models/compile.ts";
import { moe } from "../../../models/moe.ts";
import type { GateDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

/** Two lines far apart; belongs(x, u) says whether a row is of the upper one, u uniform. */
function judge(
  n: number,
  belongs: (x: number, u: number) => boolean,
  gate: GateDeclaration = { kind: "softmax", formula: "~ x" },
) {
  const rng = createRng(21, n);
  const x = Float64Array.from({ length: n }, () => 2 * uniform(rng) - 1);
  const upper = Array.from(x, (value) => belongs(value, uniform(rng)));
  const y = upper.map((is) => (is ? 2 : -2) + 0.3 * normal(rng));
  const half = Array.from(x, (value) => (value > 0 ? "right" : "left"));
  const model = moe({
    experts: { family: "gaussian", formula: "y ~ x" },
    gate,
    components: 2,
  });
  const { target } = compile(model, tableFrom({ x, y, half }));
  const responsibility = matrix(2, n);
  upper.forEach((is, i) => {
    responsibility.data[(is ? 1 : 0) * n + i] = 0.99;
    responsibility.data[(is ? 0 : 1) * n + i] = 0.01;
  });
  return separation(target, responsibility);
}

describe("a separated gate", () => {
  test("is found when a threshold of x decides, at any n", () => {
    for (const n of [40, 1000]) {
      const found = judge(n, (x) => x > 0.1);
      expect(found.separated).toBe(true);
      expect(gateSeparation(found)).toMatchObject([
        { code: "gate-separation", severity: "problem" },
      ]);
    }
  });

  test("is found when only one level of a factor decides; log-odds grow like log(1 / weight)", () => {
    const gate = { kind: "softmax", formula: "~ half" } as const;
    const found = judge(200, (x, u) => x > 0 || u < 0.5, gate);
    expect(found.separated).toBe(true);
    // log 100 less the growth of the log-odds themselves in weight · log-odds = exp(−log-odds).
    expect(found.growth).toBeGreaterThan(4);
    expect(found.growth).toBeLessThan(Math.log(100));
  });
});

describe("a gate that overlaps", () => {
  test.each([
    ["a smooth change", (x: number, u: number) => u < 1 / (1 + Math.exp(-4 * x))],
    ["no dependence", (_x: number, u: number) => u < 0.3],
  ])("is not separated: %s", (_name, belongs) => {
    const found = judge(300, belongs);
    expect(found.separated).toBe(false);
    expect(Math.abs(found.growth)).toBeLessThan(0.1);
    expect(gateSeparation(found)).toEqual([]);
  });

  test("is not separated where a single row of 1000 is on the wrong side, far from the threshold", () => {
    let rows = 0;
    expect(judge(1000, (x) => (x > 0.9 && rows++ === 0 ? false : x > 0)).separated).toBe(false);
  });
});

describe("a constant gate", () => {
  test("is never separated, however the rows fall", () => {
    const found = judge(100, (x) => x > 0, { kind: "constant" });
    expect(found.ranges[0]).toBe(0);
    expect(found.separated).toBe(false);
  });
});
