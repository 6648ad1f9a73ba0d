import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { binomial, gaussian, softmax } from "../../models/index.ts";
import { varying, varyingMoe } from "../../models/varying.ts";
import { varyingBands } from "../../src/analysis/varying-bands.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { median } from "../../src/math/order.ts";
import { maximizeVarying } from "../../src/run/varying-fit.ts";
import { numbers } from "../helpers/varying-cases.ts";
import reference from "./varying/bands.json" with { type: "json" };

describe.each(["gaussian", "binomial"] as const)("standard errors of VCMoE, %s", (family) => {
  const common = {
    gate: softmax("~ x1"),
    components: 2,
    varying: varying("u"),
    standardize: false,
  };
  const model = varyingMoe({
    ...common,
    experts: family === "gaussian" ? gaussian("y ~ z1") : binomial("success ~ z1 + trials(trials)"),
  });
  const penalty =
    family === "gaussian" ? { gate: 1e-6, dispersion: 0 } : { experts: 1, gate: 1e-6 };

  test("are ours without corrections, and so is its critical value", () => {
    const table = parseTable(readFileSync(`test/reference/varying/${family}.csv`, "utf8"));
    const [low, high] = [Math.min(...numbers(table, "u")), Math.max(...numbers(table, "u"))];
    const grid = Array.from({ length: 19 }, (_, g) => low + 0.05 * (g + 1) * (high - low));
    const fit = maximizeVarying(model, table, { bandwidth: 0.25, grid, penalty });
    const options = { kind: "gumbel", bias: "none", smallSample: false, contrasts: true } as const;
    const { curves, contrasts } = varyingBands(fit, table, options);
    const ours = [
      ...curves.filter(({ part }) => part !== "gate"),
      ...contrasts.filter(({ part }) => part === "gate").map((band) => ({ ...band, component: 1 })),
    ];
    const theirs = reference[family].se as Record<string, readonly number[]>;
    expect(ours.length).toBe(Object.keys(theirs).length);
    const differences = ours.flatMap(({ part, component, term, se }) =>
      theirs[`${part}[${component},${term}]`]!.map((value, g) => Math.abs(se[g]! / value - 1)),
    );
    expect(differences.length).toBe(19 * ours.length);
    // Where its EM has come to the maximum they agree; where it has stopped short, standard errors there are other ones.
    expect(median(Float64Array.from(differences))).toBeLessThan(3e-3);
    expect(Math.max(...differences)).toBeLessThan(0.05);
    for (const { critical } of ours) expect(critical).toBeCloseTo(reference[family].critical, 8);
  });
});
