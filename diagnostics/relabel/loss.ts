import type { Matrix } from "../../src/math/matrix.ts";
import type { Permutations } from "./align.ts";
import { type Classification, ofDraw } from "./classification.ts";

/** How well the relabelled draws agree on what each label means. */
export interface Disagreement {
  /**
   * Mean over draws and rows of the total-variation distance between the relabelled
   * responsibilities of a row and their mean over draws: 0 where every draw allocates alike, at
   * most 1.
   */
  readonly loss: number;
  /**
   * The same had every draw been labelled at random; their mean is then 1 / K for each component.
   */
  readonly chance: number;
  /** By label: the same distance for "this label or another"; their sum is twice the loss. */
  readonly lossOfLabel: readonly number[];
}

/** consensus: K × n, the mean of the relabelled responsibilities. */
export function disagreement(
  classification: Classification,
  permutations: Permutations,
  consensus: Matrix,
): Disagreement {
  const { draws, components: K, rows: n } = classification;
  const lossOfLabel = new Array<number>(K).fill(0);
  let chance = 0;
  for (let s = 0; s < draws; s++) {
    const responsibility = ofDraw(classification, s);
    for (let label = 0; label < K; label++) {
      const from = permutations[s * K + label]! * n;
      let lost = 0;
      for (let i = 0; i < n; i++) {
        const r = responsibility[from + i]!;
        lost += Math.abs(r - consensus.data[label * n + i]!);
        chance += Math.abs(r - 1 / K);
      }
      lossOfLabel[label] = lossOfLabel[label]! + lost / (draws * n);
    }
  }
  return {
    loss: lossOfLabel.reduce((sum, lost) => sum + lost, 0) / 2,
    chance: chance / (2 * draws * n),
    lossOfLabel,
  };
}

/**
 * The disagreement of several parts of the draws together; share: the part's share of all draws.
 */
export function combined(parts: readonly (Disagreement & { share: number })[]): Disagreement {
  const average = (of: (part: Disagreement) => number): number =>
    parts.reduce((sum, part) => sum + part.share * of(part), 0);
  return {
    loss: average(({ loss }) => loss),
    chance: average(({ chance }) => chance),
    lossOfLabel: (parts[0]?.lossOfLabel ?? []).map((_, label) =>
      average(({ lossOfLabel }) => lossOfLabel[label]!),
    ),
  };
}

/**
 * Share of draws to which two methods give the same labels, up to one renaming for all draws.
 * Both: S × K.
 */
export function agreement(a: Permutations, b: Permutations, K: number): number {
  const draws = a.length / K;
  const labelInB = new Int32Array(K);
  const renamings = new Map<string, number>();
  for (let s = 0; s < draws; s++) {
    for (let label = 0; label < K; label++) labelInB[b[s * K + label]!] = label;
    const renaming = a
      .subarray(s * K, (s + 1) * K)
      .map((component) => labelInB[component]!)
      .join();
    renamings.set(renaming, (renamings.get(renaming) ?? 0) + 1);
  }
  return draws === 0 ? 1 : Math.max(...renamings.values()) / draws;
}
