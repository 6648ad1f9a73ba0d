import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildDesign, responseOf } from "../../../src/data/design.ts";
import { completeRows } from "../../../src/data/missing.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { build, FORMULAS, plan, table } from "../../helpers/design-cases.ts";
import { messageOf } from "../../helpers/message-of.ts";

describe("planDesign and buildDesign", () => {
  it("leave the response and what is excluded out of the dot", () => {
    const data = tableFrom({ a: [1, 2], y: [1, 2], b: [3, 4] });
    expect(build("log(y) ~ .", data).terms).toEqual(["(Intercept)", "a", "b"]);
    expect(buildDesign(plan("~ .", data, ["y"]), data).terms).toEqual(["(Intercept)", "a", "b"]);
  });

  it("make of some rows what they make of all, by what was learned from all", () => {
    const rows = fc.array(fc.nat({ max: table.rows - 1 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...FORMULAS), rows, (text, chosen) => {
        const learned = JSON.parse(JSON.stringify(plan(text)));
        const whole = buildDesign(learned, table);
        const part = buildDesign(learned, selectRows(table, chosen));
        const p = whole.terms.length;
        expect(part.terms).toEqual(whole.terms);
        chosen.forEach((i, at) => {
          const expected = whole.X.data.slice(i * p, (i + 1) * p);
          expect(part.X.data.slice(at * p, (at + 1) * p)).toEqual(expected);
          expect(part.offset?.[at]).toBe(whole.offset?.[i]);
        });
        const response = responseOf(learned, table);
        expect(responseOf(learned, selectRows(table, chosen))).toEqual(
          Float64Array.from(chosen, (i) => response[i]!),
        );
      }),
      { seed: 5 },
    );
  });

  it("give the same columns for the same terms in another order", () => {
    const pool = ["g:h", "x:h", "poly(year, 2)", "I(w^2)", "x:w", "log(x):g", "offset(year)"];
    const twoOrders = fc
      .subarray(pool, { minLength: 2 })
      .chain((terms) =>
        fc.tuple(fc.constant(terms), fc.shuffledSubarray(terms, { minLength: terms.length })),
      );
    fc.assert(
      fc.property(twoOrders, ([one, other]) => {
        // Main effects first: they fix the names of products and, being margins, the codings.
        const head = "y ~ x + g + h + w + log(x)";
        const [a, b] = [build(`${head} + ${one.join("+")}`), build(`${head} + ${other.join("+")}`)];
        const columnsOf = (d: typeof a) =>
          Object.fromEntries(
            d.terms.map((t, j) => [
              t,
              Array.from(d.X.data.filter((_, i) => i % d.terms.length === j)),
            ]),
          );
        expect(columnsOf(a)).toEqual(columnsOf(b));
      }),
      { seed: 6 },
    );
  });

  it("forget levels that no row has, and keep the learned ones for new rows", () => {
    const some = selectRows(table, [0, 1, 3, 4]);
    const learned = plan("y ~ g", some);
    expect(buildDesign(learned, some).terms).toEqual(["(Intercept)", "gb"]);
    const onlyB = buildDesign(learned, tableFrom({ g: ["b", "b"] }));
    expect(Array.from(onlyB.X.data)).toEqual([1, 1, 1, 1]);
  });

  it("take numbers for the levels of a factor when a new table holds only such", () => {
    const learned = plan("y ~ g", tableFrom({ y: [1, 2, 3], g: ["1", "2", "x"] }));
    const design = buildDesign(learned, tableFrom({ g: [2, 1] }));
    expect(design.terms).toEqual(["(Intercept)", "g2", "gx"]);
    expect(Array.from(design.X.data)).toEqual([1, 1, 0, 1, 0, 0]);
  });

  it("learn from the rows that have all values used", () => {
    const holes = tableFrom({ y: [1, 2, null, 4], x: [1, 3, 100, null], z: [null, null, 1, 1] });
    const learned = plan("y ~ scale(x)", holes);
    expect(learned.variables[0]).toMatchObject({ center: 2, scale: Math.SQRT2 });
  });

  it.each([
    [
      "y ~ xx",
      'column "xx" must be in the table; columns: y, x, w, g, h, year, two words, single, constant; did you mean "x"?',
    ],
    [
      "y ~ yaer",
      'column "yaer" must be in the table; columns: y, x, w, g, h, year, two words, single, constant; did you mean "year"?',
    ],
    [
      "z ~ x",
      'column "z" must be in the table; columns: y, x, w, g, h, year, two words, single, constant',
    ],
    [
      "y ~ single",
      'factor single must have at least two levels; all 8 rows used have "s"; leave it out of the formula',
    ],
    ["y ~ 0", 'formula must have at least one term or the intercept; got "y ~ 0"'],
    [
      "y ~ log(w)",
      "log(w) must be finite in every row; it is NaN in row 1, where w = -1; leave such rows out or change the term",
    ],
    [
      "y ~ I(x / w)",
      "I(x/w) must be finite in every row; it is Infinity in row 6, where x = 6, w = 0; leave such rows out or change the term",
    ],
    ["y ~ log(g)", 'column "g" must be numeric to compute log(g); it holds text: "a" in row 1'],
    [
      "y ~ poly(g, 2)",
      'column "g" must be numeric to compute poly(g, 2); it holds text: "a" in row 1',
    ],
    ["y ~ poly(x, 8)", "poly(x, 8) must have more than 8 different values to work on; there are 8"],
    ["y ~ poly(x, 0)", "the degree of poly() must be a whole number ≥ 1; got 0, in poly(x, 0)"],
    [
      "y ~ poly(x, 2, row = TRUE)",
      "poly() must be called as poly(x, degree, raw); got poly(x, 2, row = TRUE)",
    ],
    ["y ~ poly(x, 2, raw = 3)", "a switch must be TRUE or FALSE; got 3, in poly(x, 2, raw = 3)"],
    [
      "y ~ scale(constant)",
      "scale(constant) must have at least two different values to be scaled; all 8 rows used have 2; leave it out of the formula",
    ],
    [
      "y ~ I(scale(x)^2)",
      "scale() must stand by itself as a term, not inside other arithmetic; got I(scale(x)^2)",
    ],
    ["y ~ factor(x, w)", "factor() must have one argument, without a name; got 2"],
    ["y ~ sqrt(x, w)", "sqrt() must have one argument; got sqrt(x, w)"],
    ["y ~ I(x:w)", "I(x:w) must be made of numbers and numeric columns; got the operator :"],
    ["y ~ I(.)", "I(.) must be made of numbers and numeric columns; got ."],
  ])("refuse %s", (text, message) => {
    expect(messageOf(() => build(text))).toBe(message);
  });

  it("refuse new rows that do not fit what was learned", () => {
    const learned = plan("y ~ x + g");
    expect(messageOf(() => buildDesign(learned, tableFrom({ x: [1, 2], g: ["a", "d"] })))).toBe(
      'column "g" must hold levels that the model has seen (a, b, c); row 2 holds "d"',
    );
    expect(messageOf(() => buildDesign(learned, tableFrom({ x: [1, null], g: ["a", "b"] })))).toBe(
      'column "x" must have a value in every row used; row 2 has none; fill it in or leave the row out',
    );
    expect(
      messageOf(() => buildDesign(learned, tableFrom({ x: ["1", "two"], g: ["a", "b"] }))),
    ).toBe('column "x" must be numeric; it holds text: "two" in row 2');
    expect(messageOf(() => buildDesign(learned, tableFrom({ x: [1] })))).toBe(
      'column "g" must be in the table; columns: x',
    );
  });

  it("refuse a factor with a level a row before memory runs out", () => {
    const ids = Array.from({ length: 30_000 }, (_, i) => i);
    const data = tableFrom({ y: ids, id: ids.map((i) => `n${i}`), x: ids });
    const message =
      "the design must have at most 536870912 entries; got 30000 columns or more in 30000 rows; ";
    const hint = " has 30000 levels: is it meant to be numeric?";
    expect(messageOf(() => plan("y ~ id", data))).toBe(`${message}id${hint}`);
    expect(messageOf(() => plan("y ~ factor(x)", data))).toBe(`${message}factor(x)${hint}`);
  });

  it("count rows as the file does when rows before were left out", () => {
    const holes = tableFrom({ y: [null, 1, 2, 3], x: [1, 2, -3, 4] });
    const { table: kept } = completeRows(holes, ["y", "x"]);
    for (const data of [holes, kept]) {
      expect(messageOf(() => plan("y ~ log(x)", data))).toMatch(/it is NaN in row 3, where x = -3/);
    }
  });

  it("refuse a response that is absent, text, or not finite", () => {
    expect(messageOf(() => responseOf(plan("~ x"), table))).toBe(
      'formula must have a response before "~"; got "~ x"',
    );
    expect(messageOf(() => responseOf(plan("g ~ x"), table))).toBe(
      'column "g" must be numeric; it holds text: "a" in row 1',
    );
    expect(messageOf(() => responseOf(plan("log(w) ~ x"), table))).toMatch(
      /^log\(w\) must be finite in every row; it is NaN in row 1, where w = -1/,
    );
  });
});
