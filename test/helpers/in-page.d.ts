export interface Drawing {
  shown: number;
  label: string;
  role: string | null;
  width: number;
  height: number;
  right: number;
  marks: number;
}

export function drawings(): Drawing[];
export function contrasts(): { what: string; contrast: number }[];
export function letterSizes(): number[];
export function sideways(): number[];
export function background(): string;
export function tops(selectors: string[]): number[];
export function linked(): (string | undefined)[];
export function embedded(): { summary: unknown; ids: string[] };
