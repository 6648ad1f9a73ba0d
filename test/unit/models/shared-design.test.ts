import { describe, expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { tableFrom } from "../../../src/data/table.ts";

const table = tableFrom({
  y: [1, 2, 4, 3, 7, 6, 8],
  x: [0, 1, 2, 3, 4, 5, 7],
  w: [1, 0, 2, 1, 5, 2, 3],
});

const targetOf = (experts: string, gate: string, standardize: boolean) =>
  compile(
    {
      experts: { family: "gaussian", formula: experts },
      gate: { kind: "softmax", formula: gate },
      components: 2,
      standardize,
    },
    table,
  ).target;

describe.each([true, false])("standardize: %s", (standardize) => {
  test.each([
    { experts: "y ~ x + w", gate: "~ x + w", isShared: true },
    { experts: "y ~ x + offset(w)", gate: "~ x", isShared: true },
    { experts: "y ~ x + w", gate: "~ w + x", isShared: false },
    { experts: "y ~ x + w", gate: "~ x", isShared: false },
    { experts: "y ~ x", gate: "~ x - 1", isShared: false },
  ])("$experts and $gate share a model matrix: $isShared", ({ experts, gate, isShared }) => {
    const target = targetOf(experts, gate, standardize);
    const ofExperts = target.expert.design!;
    const ofGate = target.gate.design!;
    expect(ofGate.X === ofExperts.X).toBe(isShared);
    expect(ofGate.offset).toBeUndefined();
    // The gate sees what it sees beside any experts.
    const alone = targetOf("y ~ 1", gate, standardize).gate.design!;
    expect(ofGate.terms).toEqual(alone.terms);
    expect([...ofGate.X.data]).toEqual([...alone.X.data]);
  });
});
