import { describe, expect, test } from "vitest";
import { exactFits } from "../../../diagnostics/findings/degenerate-expert.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { codes, drawsOf, ITERATIONS, message } from "../../helpers/findings.ts";
import { regressionTargets } from "../../helpers/labelled-draws.ts";

describe("experts", () => {
  const filled = (share: number) =>
    drawsOf(["K", "K_filled"], (name, _c, t) =>
      name === "K_filled" && (t * 7) % ITERATIONS < share * ITERATIONS ? 1 : 2,
    );

  test("that are empty with probability 0.05 or more are a problem", () => {
    const judged = { variables: [] };
    expect(codes({ draws: filled(0.05), ...judged })).toEqual(["empty-expert"]);
    expect(codes({ draws: filled(0.0475), ...judged })).toEqual([]);
  });

  test("whose sd is below a thousandth of the response's are degenerate", () => {
    const draws = drawsOf(["sd_sorted[1]"], (_n, _c, _t, value) => 0.01 * (1 + 0.01 * value));
    expect(codes({ draws, closeness: { responseSd: 11 } })).toEqual(["degenerate-expert"]);
    expect(codes({ draws, closeness: { responseSd: 9 } })).toEqual([]);
  });

  test("with most rows on an exact line are degenerate, and the points are counted", () => {
    const rng = createRng(2);
    const x = Float64Array.from({ length: 60 }, () => uniform(rng));
    const y = x.map((value, i) => (i < 20 ? 3 * value + 1 : 10 + normal(rng)));
    y[0] = 1.7;
    const { target } = regressionTargets({ x, y }, 2);
    const responsibility = matrix(2, 60);
    for (let i = 0; i < 60; i++) responsibility.data[(i < 20 ? 0 : 1) * 60 + i] = 1;
    const exact = exactFits(target, y, responsibility);
    expect(exact).toEqual([
      { exact: 19, rows: 20, free: 2 },
      { exact: 2, rows: 40, free: 2 },
    ]);
    const input = { draws: drawsOf(["a"]), closeness: { responseSd: 1, exact } };
    expect(message(input, "degenerate-expert")).toContain("19 of an expert's 20 rows lie exactly");
  });
});
