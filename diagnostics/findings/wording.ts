/** A number as a sentence shows it: four significant digits, no exponent where it can be helped. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
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
