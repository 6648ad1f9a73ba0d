import { describe, expect, test } from "vitest";
import { codes, drawsOf, message } from "../../helpers/findings.ts";

describe("prior and data", () => {
  const prior = { a: Float64Array.from({ length: 1000 }, (_, i) => i + 0.5) };
  const at = (centre: number) => drawsOf(["a"], (_n, _c, _t, value) => centre + 0.01 * value);

  test("conflict where the posterior median is in the outer half percent of the prior", () => {
    expect(codes({ draws: at(4), prior })).toEqual(["prior-data-conflict"]);
    expect(codes({ draws: at(6), prior })).toEqual([]);
    expect(codes({ draws: at(994), prior })).toEqual([]);
    expect(message({ draws: at(996), prior }, "prior-data-conflict")).toContain(
      "lies above all but 0.4 % of the prior",
    );
    expect(message({ draws: at(4), prior }, "prior-data-conflict")).toContain("lies below all but");
  });

  test("are not compared by fewer than 1000 prior draws", () => {
    expect(codes({ draws: at(4), prior: { a: prior.a.slice(0, 999) } })).toEqual([]);
  });
});

describe("leave-one-out", () => {
  const draws = drawsOf(["a"]);

  test("rows with a large Pareto k-hat are counted and the worst is named", () => {
    const loo = { badK: 2, kThreshold: 0.7, paretoK: Float64Array.of(0.1, 0.8, 1.25, 0.2) };
    expect(message({ draws, loo }, "high-pareto-k")).toContain(
      "exceeds 0.7 for 2 of 4 rows (largest 1.25, row 3)",
    );
  });

  test("problems come before notes", () => {
    const loo = { badK: 1, kThreshold: 0.7, paretoK: Float64Array.of(0.9) };
    const data = { rows: 1, dropped: 1 };
    expect(codes({ draws, loo, data })).toEqual(["high-pareto-k", "dropped-rows"]);
  });
});
