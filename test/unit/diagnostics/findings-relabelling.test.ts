import { describe, expect, test } from "vitest";
import { check } from "../../../diagnostics/check.ts";
import { codes, drawsOf, message } from "../../helpers/findings.ts";

describe("relabelling", () => {
  const draws = drawsOf(["a"]);

  test("a refusal is a problem in its own words, a large loss a note", () => {
    const refused = "Component means are not reported: relabelling loss 0.41 > 0.20.";
    const relabelling = { loss: 0.41, refused };
    expect(message({ draws, relabelling }, "relabelling-refused")).toBe(
      `${refused} Trust the label-invariant variables and predictions, or fit fewer experts.`,
    );
    const apart = drawsOf(["a"], (_n, chain, _t, value) => value + 9 * chain);
    expect(message({ draws: apart, relabelling }, "relabelling-refused")).toBe(
      `${refused} Make the chains agree first; predictions are averages over them, too.`,
    );
    expect(check({ draws, relabelling: { loss: 0.2 } })).toMatchObject({
      verdict: "ok",
      findings: [{ code: "relabelling-loss", severity: "note" }],
    });
    expect(codes({ draws, relabelling: { loss: 0.09 } })).toEqual([]);
  });
});
