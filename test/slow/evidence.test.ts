import { describe, expect, test } from "vitest";
import { posteriorFromEvidence } from "../../diagnostics/posterior-from-evidence.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { evidence } from "../../src/run/evidence.ts";
import { differenceInErrors, randomKReference, referenceModel } from "../helpers/random-k.ts";

const COMPONENTS = [1, 2, 3, 4];

/** K − 1 ~ Poisson(1), up to a constant. */
const logPrior = (K: number) => -logGamma(K);

/** The reference's probabilities given that K is among those that were computed, errors scaled alike. */
function given(posterior: Record<string, { readonly value: number; readonly se: number }>) {
  const total = COMPONENTS.reduce((sum, K) => sum + posterior[K]!.value, 0);
  return (K: number) => ({ value: posterior[K]!.value / total, se: posterior[K]!.se / total });
}

describe.each(["tiny", "k1", "k2"])("%s", (name) => {
  test("evidences and p(K | y) are those of other programs, whatever the threads", async () => {
    const { table, logEvidence, posteriorK } = randomKReference(name);
    const ours = await evidence(referenceModel, table, {
      components: COMPONENTS,
      workers: 2,
      effort: { particles: 1000, replicates: 16 },
    });
    const posterior = posteriorFromEvidence(ours, logPrior);
    const theirs = given(posteriorK);
    for (const K of COMPONENTS) {
      const where = `K = ${K}: ${ours[K]!.value} (${ours[K]!.se})`;
      expect(ours[K]!.unreliable, where).toBeUndefined();
      expect(differenceInErrors(ours[K]!, logEvidence[K]!, 1.3), where).toBeLessThan(4);
      // Smaller shares are too rare for an error to be known.
      if (theirs(K).value < 0.002) continue;
      expect(differenceInErrors(posterior[K]!, theirs(K), 1.3), where).toBeLessThan(4);
    }
  });
});
