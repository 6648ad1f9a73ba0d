import type { Finding } from "../../src/core/diagnostic.ts";
import { type Draws, longEnough } from "../../src/core/draws.ts";
import type { ChainReport, DataFingerprint } from "../../src/core/run.ts";
import { count, fewOf, rounded } from "./wording.ts";

type Length = Pick<ChainReport, "chain" | "draws">;

const listed = (chains: readonly Length[]): string =>
  fewOf(chains.map(({ chain, draws }) => `chain ${chain} (${count(draws, "draw")})`));

export function partialRun(chains: readonly ChainReport[]): Finding[] {
  const stopped = chains.filter(({ status }) => status === "partial");
  if (stopped.length === 0) return [];
  const message =
    `the run was stopped before its end: ${listed(stopped)}; what was drawn is valid, ` +
    `but there is less of it than asked for${leftOut(chains.filter(isSound))}; ` +
    "continue it with --resume if it is kept in a folder, else run it again";
  return [partial(message)];
}

/** Draws of other software, whose chains say nothing of how they went. */
export function unevenChains({ chains }: Draws): Finding[] {
  const lengths = chains.map(({ chain, iterations }) => ({ chain, draws: iterations }));
  const short = leftOut(lengths);
  const message = `chains differ in length: ${listed(lengths)}${short}; give each the same number of draws`;
  return short === "" ? [] : [partial(message)];
}

const partial = (message: string): Finding => ({
  code: "partial-run",
  severity: "problem",
  message,
});

const isSound = ({ status }: ChainReport): boolean => status !== "failed";

/** Says which chains are too short to be judged with the others, if any. */
function leftOut(chains: readonly Length[]): string {
  const keep = longEnough(chains.map(({ draws }) => draws));
  const short = chains.filter((_, c) => !keep[c]).map(({ chain }) => `chain ${chain}`);
  if (short.length === 0) return "";
  return `; left out, with fewer than half the draws of the longest: ${fewOf(short)}`;
}

/** Moves accepted less often than this part of what warm-up let expect. */
const FAR_BELOW = 0.5;
/** Below so many proposals a share of acceptances says little. */
const ENOUGH_PROPOSALS = 100;

/** Chains whose moves have served far worse than their warm-up promised. */
export function movesOffPilot(chains: readonly ChainReport[]): Finding[] {
  const off = chains.flatMap(({ chain, acceptance, moves = [] }) =>
    moves.flatMap(({ move, used, expected }) => {
      const { proposed, accepted } = acceptance[move] ?? { proposed: 0, accepted: 0 };
      if (!used || expected === undefined || proposed < ENOUGH_PROPOSALS) return [];
      const share = accepted / proposed;
      if (share >= FAR_BELOW * expected) return [];
      return [`chain ${chain} (${move}: ${rounded(share)} of ${rounded(expected)})`];
    }),
  );
  if (off.length === 0) return [];
  const message =
    `moves of all parameters were accepted far less often than warm-up let expect: ${fewOf(off)}; ` +
    "the normal approximation that warm-up made does not describe where the chains went, and they may be stuck " +
    "for long; use a longer warm-up, or the sampler gibbs";
  return [{ code: "moves-off-pilot", severity: "problem", message }];
}

/** One finding a chain that failed, with its own error. */
export function chainFailed(chains: readonly ChainReport[], seed?: number): Finding[] {
  return chains
    .filter(({ status }) => status === "failed")
    .map(({ chain, draws, error }) => ({
      code: "chain-failed",
      severity: "problem",
      message:
        `chain ${chain}${seed === undefined ? "" : ` of seed ${seed}`} failed after ${count(draws, "draw")}: ` +
        `${error ?? "no reason was recorded"}; its posterior is not explored as asked; ` +
        "mend the cause and run again, or report it with the seed",
    }));
}

export function droppedRows({
  rows,
  dropped,
}: Pick<DataFingerprint, "rows" | "dropped">): Finding[] {
  if (dropped === 0) return [];
  const message =
    `${count(dropped, "row")} of ${rows + dropped} ${dropped === 1 ? "was" : "were"} left out ` +
    `because a value was missing; conclusions are about the other ${rows}`;
  return [{ code: "dropped-rows", severity: "note", message }];
}
