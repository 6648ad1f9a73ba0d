/** A number as a sentence shows it: four significant digits, no exponent where it can be helped. */
export const rounded = (value: number): string => toDigits(value, 4);

const toDigits = (value: number, digits: number): string =>
  String(Number(value.toPrecision(digits)));

/** Two numbers with as many digits as it takes to see which is larger, and no fewer than `digits`. */
export function toldApart(a: number, b: number, digits = 4): [string, string] {
  let most = digits;
  const differ = (): boolean =>
    Number(a.toPrecision(most)) > Number(b.toPrecision(most)) === a > b &&
    Number(a.toPrecision(most)) < Number(b.toPrecision(most)) === a < b;
  while (most < 17 && !differ()) most++;
  return [toDigits(a, most), toDigits(b, most)];
}

/** "1.0104 > 1.01": an inequality that is true of the digits shown. */
export function comparison(value: number, limit: number, digits = 4): string {
  const [left, right] = toldApart(value, limit, digits);
  return `${left} ${value > limit ? ">" : "<"} ${right}`;
}

/** A number with two significant digits of its sd; as `rounded` where there is no sd. */
export function toScale(value: number, sd: number): string {
  if (!(sd > 0)) return rounded(value);
  const decimals = 1 - Math.floor(Math.log10(sd));
  return value.toFixed(Math.min(Math.max(decimals, 0), 6));
}

/** A capital at the beginning and a full stop at the end. */
export function sentence(words: string): string {
  const stop = /[.!?]$/.test(words) ? "" : ".";
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}${stop}`;
}

/** "1 row", "3 rows". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** At most three of them, and how many more there are. */
export function fewOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
