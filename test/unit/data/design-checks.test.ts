import { describe, expect, it } from "vitest";
import type { Table } from "../../../src/core/data.ts";
import { columnsUsed, completeRows } from "../../../src/data/missing.ts";
import { checkRank } from "../../../src/data/rank.ts";
import { standardizeDesign, standardizer, toDataScale } from "../../../src/data/standardize.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { build, FORMULAS, plan, table } from "../../helpers/design-cases.ts";
import { messageOf } from "../../helpers/message-of.ts";

describe("checkRank", () => {
  const check = (text: string, data: Table = table) =>
    messageOf(() => checkRank(build(text, data), text));

  it.each([...FORMULAS.slice(0, 3), "y ~ year + I(year^2)", "y ~ 0 + g", "y ~ x"])(
    "accepts %s",
    (text) => {
      expect(check(text)).toBe("no error");
    },
  );

  it.each([
    [
      "y ~ constant",
      'the terms of "y ~ constant" must not be combinations of each other; in these data constant = 2 × (Intercept); leave out constant',
    ],
    [
      "y ~ x + w + I(3 * x - w / 2 + 1)",
      'the terms of "y ~ x + w + I(3 * x - w / 2 + 1)" must not be combinations of each other; in these data I(3 * x - w/2 + 1) = (Intercept) + 3 × x - 0.5 × w; leave out I(3 * x - w/2 + 1)',
    ],
    [
      "y ~ I(0 * x) + w",
      'the terms of "y ~ I(0 * x) + w" must not be combinations of each other; in these data I(0 * x) = 0; leave out I(0 * x)',
    ],
    [
      "y ~ x + I(-x) + constant",
      'the terms of "y ~ x + I(-x) + constant" must not be combinations of each other; in these data I(-x) = -x; constant = 2 × (Intercept); leave out I(-x), constant',
    ],
    [
      "y ~ g + factor(g)",
      'the terms of "y ~ g + factor(g)" must not be combinations of each other; in these data factor(g)b = gb; factor(g)c = gc; leave out factor(g)b, factor(g)c',
    ],
    [
      "y ~ poly(year, 2) * g * h",
      '"y ~ poly(year, 2) * g * h" must have at most as many terms as there are rows; it has 18 terms',
    ],
  ])("names what is aliased in %s, and by what", (text, message) => {
    expect(check(text).slice(0, message.length)).toBe(message);
    expect(check(text)).not.toBe("no error");
  });

  it("looks at every row before it refuses: a level that occurs once is enough", () => {
    const n = 20_000;
    const rare = tableFrom({
      y: Array.from({ length: n }, (_, i) => Math.sin(i)),
      x: Array.from({ length: n }, (_, i) => (i === 12_347 ? 1 : 0)),
    });
    expect(check("y ~ x", rare)).toBe("no error");
    expect(check("y ~ x + I(2 * x)", rare)).toMatch(/I\(2 \* x\) = 2 × x; leave out I\(2 \* x\)$/);
  });
});

describe("completeRows", () => {
  const holes = tableFrom({ x: [1, NaN, 3], g: ["a", "b", null], z: [null, 1, null] });

  it("drops rows where a column used has no value, and counts them", () => {
    const { table: kept, dropped } = completeRows(holes, ["x", "g"]);
    expect(dropped).toBe(2);
    expect(kept).toEqual(selectRows(holes, [0]));
  });

  it("returns the table itself when nothing is missing", () => {
    expect(completeRows(table, ["x", "g"])).toEqual({ table, dropped: 0 });
    expect(completeRows(table, ["x", "g"]).table).toBe(table);
    expect(completeRows(holes, []).table).toBe(holes);
  });

  it("refuses to drop every row, and says what is missing where", () => {
    expect(messageOf(() => completeRows(holes, ["x", "z", "g"]))).toBe(
      "at least one row must have a value in each of the columns used; none of 3 has; missing: 1 in x, 2 in z, 1 in g",
    );
  });

  it("takes the columns that a plan reads", () => {
    const learned = plan("log(y) ~ x:g + offset(w)");
    expect(columnsUsed(learned)).toEqual(["y", "x", "g", "w"]);
    expect(columnsUsed(learned, "response")).toEqual(["y"]);
    expect(columnsUsed(learned, "design")).toEqual(["x", "g", "w"]);
  });
});

describe("standardizing", () => {
  it("gives columns mean 0 and sd 1, and leaves the intercept", () => {
    const design = build("y ~ x + year + g");
    const { X } = standardizeDesign(design, standardizer(design));
    for (let j = 0; j < X.columns; j++) {
      const column = X.data.filter((_, i) => i % X.columns === j);
      const mean = column.reduce((s, v) => s + v, 0) / X.rows;
      const variance = column.reduce((s, v) => s + (v - mean) ** 2, 0) / (X.rows - 1);
      expect(mean).toBeCloseTo(j === 0 ? 1 : 0, 12);
      expect(variance).toBeCloseTo(j === 0 ? 0 : 1, 12);
    }
  });

  it.each(["y ~ x + year + g", "y ~ x + year - 1", "y ~ constant - 1", "y ~ g:x"])(
    "keeps the linear predictor of %s when coefficients are mapped back",
    (text) => {
      const design = build(text);
      const s = standardizer(design);
      const scaled = standardizeDesign(design, s);
      const p = design.terms.length;
      const beta = Float64Array.from({ length: p }, (_, j) => Math.cos(3 * j) - 0.2);
      const back = beta.slice();
      toDataScale(s, back, back);
      for (let i = 0; i < table.rows; i++) {
        const predictor = (X: Float64Array, b: Float64Array) =>
          b.reduce((sum, value, j) => sum + value * X[i * p + j]!, 0);
        expect(predictor(design.X.data, back)).toBeCloseTo(predictor(scaled.X.data, beta), 10);
      }
    },
  );

  it("centres nothing when there is no intercept to take up the shift", () => {
    const s = standardizer(build("y ~ x + year - 1"));
    expect(s.center).toEqual([0, 0]);
    expect(s.intercept).toBeUndefined();
  });

  it("leaves a constant column as it is, though its mean is rounded", () => {
    const X = matrix(50, 1, new Float64Array(50).fill(0.1));
    expect(standardizer({ terms: ["c"], X }).scale).toEqual([1]);
  });
});
