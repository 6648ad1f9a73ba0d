/** What stands where a number has no meaning. */
export const NOTHING = "–";

const SIGNIFICANT = 3;
const BIG = 1e6;
const SMALL = 1e-4;
const MOST_DECIMALS = 6;

/** A number in few characters: whole ones as they are, others to `digits` significant digits. */
export function formatNumber(x: number, digits: number = SIGNIFICANT): string {
  if (Number.isNaN(x)) return NOTHING;
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const magnitude = Math.abs(x);
  if (Number.isInteger(x) && magnitude < BIG) return minus(`${x}`);
  if (magnitude >= BIG || magnitude < SMALL) return minus(x.toExponential(digits - 1));
  return formatFixed(x, digits - 1 - Math.floor(Math.log10(magnitude)));
}

/** A number with so many decimals (none where that is negative); "–" for NaN. */
export function formatFixed(x: number, decimals: number): string {
  if (!Number.isFinite(x)) return formatNumber(x);
  const text = x.toFixed(Math.min(Math.max(decimals, 0), MOST_DECIMALS));
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}

/**
 * An estimate with the decimals that its Monte Carlo standard error supports: the last one shown is
 * of the order of the error. Without a usable error (NaN, 0), as `formatNumber`.
 */
export function formatEstimate(x: number, mcse: number): string {
  if (!(mcse > 0) || !Number.isFinite(mcse) || !Number.isFinite(x)) return formatNumber(x);
  const decimals = -Math.floor(Math.log10(mcse));
  const tooManyDigits = Math.abs(x) >= BIG || decimals > MOST_DECIMALS;
  return tooManyDigits ? formatNumber(x, SIGNIFICANT + 1) : formatFixed(x, decimals);
}

/** A probability or a share, as a percentage. */
export function formatPercent(share: number): string {
  if (Number.isNaN(share)) return NOTHING;
  const percent = 100 * share;
  return percent > 0 && percent < 1 ? "< 1%" : `${formatFixed(percent, 0)}%`;
}

/** A whole number, its thousands apart by narrow spaces from 10 000 on; "–" for NaN. */
export function formatCount(n: number): string {
  if (!Number.isFinite(n)) return formatNumber(n);
  const plain = minus(n.toFixed(0));
  return Math.abs(n) < 1e4 ? plain : plain.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Seconds as people say them. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NOTHING;
  if (seconds < 60) return `${formatNumber(seconds, 2)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The typographic minus, as wide as a digit. */
function minus(text: string): string {
  return text.replaceAll("-", "−");
}
