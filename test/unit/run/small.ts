import type { Table } from "../../../src/core/data.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

export const smallModel: ModelDeclaration = {
  experts: { family: "gaussian", formula: "y ~ x + group" },
  gate: { kind: "softmax", formula: "~ x" },
  components: 2,
};

/** Forty rows of two crossing lines; the groups look like numbers. */
export function smallTable(seed = 7): Table {
  const rng = createRng(seed);
  const x = Array.from({ length: 40 }, () => 4 * uniform(rng) - 2);
  return tableFrom({
    y: x.map((value) => (value > 0 ? value : -value) + 0.3 * uniform(rng)),
    x,
    group: x.map((_, i) => (i % 3 === 0 ? "10" : "9")),
  });
}

/** 10 + 25 · 2 iterations a chain. */
export const smallOptions = {
  chains: 3,
  warmup: 10,
  draws: 25,
  thin: 2,
  seed: 4,
  starts: ["kmeans", "random"],
};
