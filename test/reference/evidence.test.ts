import { expect, test } from "vitest";
import { evidence } from "../../src/run/evidence.ts";
import { differenceInErrors, randomKReference, referenceModel } from "../helpers/random-k.ts";

test("the evidences of ten rows are those of another program", async () => {
  const { table, logEvidence } = randomKReference("tiny");
  const ours = await evidence(referenceModel, table, {
    components: [1, 2, 3],
    effort: { particles: 400, replicates: 12 },
  });
  for (const [K, estimate] of Object.entries(ours)) {
    expect(differenceInErrors(estimate, logEvidence[K]!), `K = ${K}`).toBeLessThan(4);
    expect(estimate.se).toBeLessThan(0.06);
  }
});
