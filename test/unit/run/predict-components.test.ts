import { describe, expect, expectTypeOf, it } from "vitest";
import type { Draws } from "../../../src/core/draws.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { predict } from "../../../src/run/predict.ts";
import { predictComponents } from "../../../src/run/predict-components.ts";
import { predictionTable } from "../../../src/run/predict-table.ts";
import { drawsOf, labelledAsTheyAre, threeLines } from "./predict-cases.ts";

const { table, compiled, chains, draws } = threeLines();
const labelled = labelledAsTheyAre(compiled, draws);

describe("predictComponents", () => {
  it("gives probabilities that sum to 1 in every row, with and without y", () => {
    const { probability, probabilityGivenY } = predictComponents(compiled, labelled, table);
    for (let i = 0; i < table.rows; i++) {
      const total = (of: typeof probability) => of.reduce((sum, k) => sum + k.mean[i]!, 0);
      expect(total(probability)).toBeCloseTo(1, 12);
      expect(total(probabilityGivenY!)).toBeCloseTo(1, 12);
    }
  });

  it("obeys Bayes' theorem in a single draw", () => {
    const components = chains[0]![0]!;
    const one = labelledAsTheyAre(compiled, drawsOf(compiled, [[components]]));
    const x = 0.8;
    const y = -0.3;
    const row = tableFrom({ x: [x], y: [y] });
    const { probability, probabilityGivenY } = predictComponents(compiled, one, row);
    const joint = components.map(({ coef, sd, gate }) => {
      const standard = (y - coef[0]! - coef[1]! * x) / sd;
      return Math.exp(gate[0]! + gate[1]! * x - 0.5 * standard ** 2) / sd;
    });
    const odds = components.map(({ gate }) => Math.exp(gate[0]! + gate[1]! * x));
    const share = (of: number[], k: number) => of[k]! / of.reduce((a, b) => a + b);
    components.forEach((_, k) => {
      expect(probability[k]!.mean[0]).toBeCloseTo(share(odds, k), 12);
      expect(probabilityGivenY![k]!.mean[0]).toBeCloseTo(share(joint, k), 12);
      expect(probability[k]!.q5[0]).toBe(probability[k]!.q95[0]);
    });
  });

  it("averages the draws and brackets them", () => {
    const { probability, probabilityGivenY } = predictComponents(compiled, labelled, table);
    const each = chains.flat().map((components) => {
      const one = labelledAsTheyAre(compiled, drawsOf(compiled, [[components]]));
      return predictComponents(compiled, one, table);
    });
    for (const [all, single] of [
      [probability, each.map((one) => one.probability)],
      [probabilityGivenY!, each.map((one) => one.probabilityGivenY!)],
    ] as const) {
      const values = single.map((one) => one[1]!.mean[4]!).sort((a, b) => a - b);
      expect(all[1]!.mean[4]).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 12);
      expect(all[1]!.q5[4]).toBeCloseTo(0.55 * values[0]! + 0.45 * values[1]!, 12);
      expect(all[1]!.q95[4]).toBeCloseTo(0.45 * values[8]! + 0.55 * values[9]!, 12);
    }
  });

  it("has no probabilities given y where no row has one, and NaN where one row has none", () => {
    const none = predictComponents(compiled, labelled, tableFrom({ x: [1, 2] }));
    expect(none.probabilityGivenY).toBeUndefined();
    const some = predictComponents(compiled, labelled, tableFrom({ x: [1, 2], y: [1, null] }));
    expect(some.probabilityGivenY![0]!.mean[0]).toBeGreaterThanOrEqual(0);
    expect(some.probabilityGivenY![0]!.mean[1]).toBeNaN();
  });

  it("adds its columns after those of the predictions", () => {
    const rows = selectRows(table, [0, 1]);
    const both = predictionTable(
      predict(compiled, draws, rows),
      predictComponents(compiled, labelled, rows),
    );
    const names = [...both.columns.keys()];
    expect(names.slice(-18, -15)).toEqual([
      "p_component_1",
      "p_component_1_q5",
      "p_component_1_q95",
    ]);
    expect(names.at(-3)).toBe("p_component_3_given_y");
  });

  it("accepts only draws whose labels were made comparable", () => {
    expectTypeOf<Draws>().not.toExtend<Parameters<typeof predictComponents>[1]>();
  });
});
