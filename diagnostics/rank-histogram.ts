/**
 * The data of a rank plot, chains × bins: how often the draws of each chain fall in each of `bins` equal slices of
 * the pooled ranks. A chain that explores the same distribution as the others is flat. Ties share their slices evenly,
 * so that a constant is flat too; NaN is left out. Source: [vehtari2021] §4.
 */
export function rankHistogram(chains: readonly ArrayLike<number>[], bins: number): number[][] {
  const draws = chains.flatMap((chain, c) => Array.from(chain, (value) => ({ c, value })));
  const sorted = draws.filter(({ value }) => !Number.isNaN(value));
  sorted.sort((a, b) => a.value - b.value);
  const counts = chains.map(() => new Array<number>(bins).fill(0));
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end]!.value === sorted[start]!.value) end++;
    const shares = binShares(start, end, sorted.length, bins);
    for (let tie = start; tie < end; tie++) {
      for (const { bin, share } of shares) counts[sorted[tie]!.c]![bin]! += share;
    }
  }
  return counts;
}

/** The bins that places start … end − 1 of n fall in, and the share of the places in each. */
function binShares(start: number, end: number, n: number, bins: number) {
  const shares: { bin: number; share: number }[] = [];
  for (let place = start; place < end; place++) {
    const bin = Math.floor((place * bins) / n);
    const last = shares.at(-1);
    if (last?.bin === bin) last.share += 1 / (end - start);
    else shares.push({ bin, share: 1 / (end - start) });
  }
  return shares;
}
