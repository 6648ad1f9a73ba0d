import { type CredibleBand, credibleBand } from "../../diagnostics/varying/credible-band.ts";
import { fastExp, fastLog } from "../math/exp.ts";
import { logistic } from "../math/log-sum-exp.ts";
import { type Matrix, matrix } from "../math/matrix.ts";

/** The band of the difference of two functions, from their draws (points × draws). */
export function differenceBand(first: Matrix, second: Matrix, level: number): CredibleBand {
  const { rows, columns } = first;
  const values = first.data.map((value, at) => value - second.data[at]!);
  return credibleBand(matrix(rows, columns, values), level);
}

/**
 * The probability of each component by draws of the gate's functions, by component and column of the gate (points × draws),
 * at one row of these columns. Bands are made on the log odds; the sd is that of these.
 */
export function probabilityBands(
  functions: readonly (readonly Matrix[])[],
  row: ArrayLike<number>,
  level: number,
): CredibleBand[] {
  const { rows, columns } = functions[0]![0]!;
  const logits = functions.map((own) => {
    const out = matrix(rows, columns);
    own.forEach(({ data }, j) => {
      for (let at = 0; at < data.length; at++) out.data[at]! += row[j]! * data[at]!;
    });
    return out;
  });
  return logits.map((own, k) => onProbabilities(credibleBand(logOdds(logits, own, k), level)));
}

/** η_k − log Σ_{l ≠ k} e^η_l. */
function logOdds(logits: readonly Matrix[], { rows, columns, data }: Matrix, k: number): Matrix {
  const out = matrix(rows, columns);
  for (let at = 0; at < data.length; at++) {
    const others = logits.flatMap((one, l) => (l === k ? [] : [one.data[at]!]));
    const most = Math.max(...others);
    const sum = others.reduce((total, value) => total + fastExp(value - most), 0);
    out.data[at] = data[at]! - most - fastLog(sum);
  }
  return out;
}

function onProbabilities({ sd, critical, ...band }: CredibleBand): CredibleBand {
  const shown = (values: readonly number[]): number[] => values.map(logistic);
  return {
    ...{ sd, critical, mean: shown(band.mean), lower: shown(band.lower) },
    upper: shown(band.upper),
    simultaneousLower: shown(band.simultaneousLower),
    simultaneousUpper: shown(band.simultaneousUpper),
  };
}
