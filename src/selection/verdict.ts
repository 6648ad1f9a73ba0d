import { count, rounded, toScale } from "../../diagnostics/findings/wording.ts";
import type { CountUnderPrior, OneCount } from "../report/selection-input.ts";

/** The answer in two or three plain sentences. */
export function selectionVerdict(
  priors: readonly CountUnderPrior[],
  counts: readonly OneCount[],
  ok: boolean,
): string {
  const modes = priors.map(({ probability }) => 1 + indexOfLargest(probability));
  const [own] = priors;
  const mode = modes[0]!;
  const agreed = modes.every((K) => K === mode);
  const mcse = own!.mcse[mode - 1]!;
  const error = mcse > 0 ? ` ± ${Number(mcse.toPrecision(1))}` : "";
  const probability = `${toScale(own!.probability[mode - 1]!, mcse)}${error}`;
  const share = `${count(mode, "expert")} with posterior probability ${probability} (${own!.prior})`;
  const sensitivity = agreed
    ? "the likeliest under every prior that was tried."
    : `but ${[...new Set(modes)].sort((a, b) => a - b).join(" or ")}, depending on the prior.`;
  const caution = ok ? "" : " Problems were found: read them before you trust these numbers.";
  return `${share}, ${sensitivity}${predictive(counts, mode)}${caution}`;
}

/** What the predictive accuracy has to say to that. */
function predictive(counts: readonly OneCount[], mode: number): string {
  const known = counts.filter(({ loo }) => loo !== undefined && Number.isFinite(loo.value));
  if (known.length < 2) return "";
  const best = known.reduce((a, b) => (b.loo!.value > a.loo!.value ? b : a));
  if (best.components === mode) return " PSIS-LOO is highest with that number, too.";
  const chosen = known.find(({ components }) => components === mode);
  const gain = chosen === undefined ? Number.NaN : best.loo!.value - chosen.loo!.value;
  return ` PSIS-LOO is highest with ${best.components}, by ${rounded(gain)} (nats in all).`;
}

const indexOfLargest = (values: readonly number[]): number =>
  values.reduce((best, value, k) => (value > values[best]! ? k : best), 0);
