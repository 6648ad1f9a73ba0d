import { InputError } from "./input-error.ts";

/** Reads the value of an option that is a whole number of at least `least`. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    const most = value > Number.MAX_SAFE_INTEGER ? ` and ≤ ${Number.MAX_SAFE_INTEGER}` : "";
    throw new InputError(`${option} must be a whole number ≥ ${least}${most}; got "${text}"`);
  };
}

/** Reads the name of a file or folder. */
export function path(option: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== "") return text;
    throw new InputError(`${option} must be the name of a file or folder; got "${text}"`);
  };
}

/** Reads a finite number for which `holds`; `be` says so in words. */
export function oneNumber(option: string, be: string, holds: (x: number) => boolean) {
  return (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value) && holds(value)) return value;
    throw new InputError(`${option} must be ${be}; got "${text}"`);
  };
}

/** Reads numbers that commas separate, for which `holds`; `be` says so in words. */
export function numbers(
  option: string,
  be: string,
  holds: (x: number) => boolean,
): (text: string) => readonly number[] {
  return (text) =>
    text.split(",").map((part) => {
      const value = part.trim() === "" ? Number.NaN : Number(part);
      if (holds(value)) return value;
      throw new InputError(`${option} must be ${be}, separated by commas; got "${text}"`);
    });
}

/** Reads one of a few words. */
export function oneOf<const W extends string>(option: string, words: readonly W[]) {
  return (text: string): W => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw new InputError(`${option} must be ${words.join(" or ")}; got "${text}"`);
  };
}

/** Reads words that commas separate. */
export function words(option: string): (text: string) => readonly string[] {
  return (text) => {
    const found = text.split(",").map((word) => word.trim());
    if (found.every((word) => word !== "")) return found;
    throw new InputError(`${option} must be words separated by commas; got "${text}"`);
  };
}
