import type { Finding } from "../../src/core/diagnostic.ts";
import type { Target } from "../../src/core/target.ts";
import type { Matrix } from "../../src/math/matrix.ts";
import { gateSeparation, separation } from "./gate-separation.ts";
import { count, rounded } from "./wording.ts";

/** Where one climb has ended. */
interface Reached {
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly gradientNorm: number;
  readonly degenerate: boolean;
}

/** What must be told of a maximum beside its numbers. */
export function maximumFindings(
  target: Target,
  best: Reached & { readonly responsibility: Matrix },
  runs: readonly Reached[],
  components: readonly { readonly weight: number }[],
): Finding[] {
  return [
    ...notConverged(best),
    ...degenerateStarts(best, runs),
    ...vanishingExpert(components, target.n),
    ...(components.length > 1 && target.gate.dimension > 1
      ? gateSeparation(separation(target, best.responsibility))
      : []),
  ];
}

function notConverged({ converged, degenerate, iterations, gradientNorm }: Reached): Finding[] {
  if (converged || degenerate) return [];
  const message =
    `EM has not converged after ${count(iterations, "iteration")}: the largest derivative is ` +
    `${rounded(gradientNorm)} a row, so the estimates are not a maximum; allow more iterations, ` +
    "or ask for fewer experts";
  return [{ code: "em-not-converged", severity: "problem", message }];
}

function degenerateStarts(best: Reached, runs: readonly Reached[]): Finding[] {
  const spikes = runs.filter(({ degenerate }) => degenerate);
  if (spikes.length === 0) return [];
  const top = Math.max(...spikes.map(({ logLikelihood }) => logLikelihood));
  const cause =
    `${spikes.length} of ${count(runs.length, "start")} ended with an expert on rows that lie ` +
    "exactly on a line, or with an sd near zero, where the likelihood has no bound " +
    `(log-likelihood ${rounded(top)} when stopped); `;
  if (best.degenerate) {
    const message =
      `every optimum is degenerate: ${cause}nothing of this fit can be trusted; ask for fewer ` +
      "experts, give the sd a floor, or use priors";
    return [{ code: "degenerate-maximum", severity: "problem", message }];
  }
  const message =
    `${cause}the highest optimum without such an expert is shown; look for copied or rounded ` +
    "values, or give the sd a floor";
  return [{ code: "degenerate-start", severity: "note", message }];
}

function vanishingExpert(components: readonly { readonly weight: number }[], n: number): Finding[] {
  const gone = components.filter(({ weight }) => !(weight >= 1 / n));
  if (gone.length === 0) return [];
  const message =
    `${count(gone.length, "expert")} of ${components.length} has less weight than one row; it is ` +
    "kept, but nothing is known of it; ask for fewer experts";
  return [{ code: "vanishing-expert", severity: "problem", message }];
}
