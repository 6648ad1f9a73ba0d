import { expect, test } from "vitest";
import { compileVarying } from "../../../models/varying/compile.ts";
import { predictVarying } from "../../../src/analysis/varying-predict.ts";
import type { Column } from "../../../src/core/data.ts";
import { heldRow, varyingAlong, varyingRows } from "../../../src/run/varying-along.ts";
import { maximizeVarying } from "../../../src/run/varying-fit.ts";
import { numbers, varyingCase, varyingTable } from "../../helpers/varying-cases.ts";

const families = ["gaussian", "binomial", "negative-binomial"] as const;

test.each(families)("%s: the model along the index is what rows there are predicted", (family) => {
  const table = varyingTable(family, 250, 4);
  const model = varyingCase(family, 2);
  const fit = maximizeVarying(model, table, { bandwidth: 0.4, grid: 7 });
  const compiled = compileVarying(model, table);
  const along = varyingAlong(compiled, fit.curves);
  const { table: held, held: words } = heldRow(compiled);
  expect(words).toContain("x = ");
  const columns = new Map<string, Column>([
    ["u", { kind: "numeric", values: Float64Array.from(fit.grid) }],
  ]);
  for (const [name, column] of held.columns) {
    if (column.kind !== "numeric") throw new Error("numeric here");
    const values = new Float64Array(fit.grid.length).fill(column.values[0]!);
    columns.set(name, { kind: "numeric", values });
  }
  const { components } = predictVarying(fit, { rows: fit.grid.length, columns });
  components.forEach(({ mean, probability }, k) => {
    fit.grid.forEach((_, g) => {
      // Coefficients of the fit are on the scale of the data, those of the prediction on that of the kernels.
      expect(along.probabilities[k]![g]).toBeCloseTo(probability[g]!, 9);
      expect(along.means[k]![g]! / mean[g]!).toBeCloseTo(1, 9);
    });
  });
});

test("rows carry the component that has most likely made them", () => {
  const table = varyingTable("gaussian", 250, 4);
  const model = varyingCase("gaussian", 2);
  const fit = maximizeVarying(model, table, { bandwidth: 0.4, grid: 7 });
  const compiled = compileVarying(model, table);
  const { x, y, expert, probability } = varyingRows(compiled, fit);
  const { components } = predictVarying(fit, table);
  const u = numbers(table, "u");
  compiled.order.forEach((i, at) => {
    const [first, second] = components.map(({ responsibility }) => responsibility[i]!);
    expect(expert[at]).toBe(first! >= second! ? 0 : 1);
    expect(probability[at]).toBeCloseTo(Math.max(first!, second!), 9);
    expect(x[at]).toBeCloseTo(u[i]!, 12);
    expect(y[at]).toBe(numbers(table, "y")[i]);
  });
});
