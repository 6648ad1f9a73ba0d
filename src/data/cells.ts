import type { FactorColumn } from "../core/data.ts";

const MISSING = /^\s*(?:NA|NaN)?\s*$/;
const INFINITE = /^\s*([+-]?)inf(?:inity)?\s*$/i;
const OTHER_RADIX = /^\s*0[xob]/i;

/** Whether a cell says that there is no value: empty, blank, `NA` or `NaN`. */
export function isMissing(text: string): boolean {
  return MISSING.test(text);
}

/** The number in a cell, possibly infinite; NaN if missing, undefined if it is not a decimal number. */
export function toNumber(text: string): number | undefined {
  const value = Number(text);
  if (value === 0) {
    if (text.trim() === "") return NaN;
  } else if (Number.isNaN(value)) {
    if (isMissing(text)) return NaN;
    const infinite = INFINITE.exec(text);
    if (infinite === null) return undefined;
    return infinite[1] === "-" ? -Infinity : Infinity;
  }
  return OTHER_RADIX.test(text) ? undefined : value;
}

/** Collects the labels of a factor row by row; rows never pushed are missing. */
export interface FactorBuilder {
  push(row: number, label: string): void;
  /** The column of the first `rows` rows; levels are sorted by code unit. */
  finish(rows: number): FactorColumn;
}

export function factorBuilder(capacity: number): FactorBuilder {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(capacity).fill(-1);
  return {
    push(row, label) {
      let code = codeOf.get(label);
      if (code === undefined) {
        code = codeOf.size;
        codeOf.set(detached(label), code);
      }
      codes[row] = code;
    },
    finish(rows) {
      const levels = [...codeOf.keys()].sort();
      const rank = new Int32Array(levels.length);
      levels.forEach((level, index) => {
        rank[codeOf.get(level)!] = index;
      });
      const sorted = codes.slice(0, rows);
      for (let i = 0; i < rows; i++) if (sorted[i]! >= 0) sorted[i] = rank[sorted[i]!]!;
      return { kind: "factor", levels, codes: sorted };
    },
  };
}

/** A copy that does not keep the text of the whole file alive, as a slice of it would. */
function detached(label: string): string {
  return Array.from(label).join("");
}
