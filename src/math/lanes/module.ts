import { type Code, getLocal, type Local, setLocal, unsigned, type ValueType } from "./code.ts";

/** A function of 32-bit numbers, addresses mostly, that returns nothing and works on the memory. */
export interface Routine {
  readonly parameters: number;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Makes variables of a routine that is being written. */
export interface Scope {
  /** A new one, 0 until it is set. */
  local(type: ValueType): Local;
}

/** The routine that `write` writes of its parameters. */
export function routine(
  parameters: number,
  write: (scope: Scope, ...parameters: Local[]) => readonly Code[],
): Routine {
  const locals: ValueType[] = [];
  const variable = (index: number): Local => ({
    get: getLocal(index),
    set: (value) => setLocal(index, value),
  });
  const scope: Scope = {
    local(type) {
      locals.push(type);
      return variable(parameters + locals.length - 1);
    },
  };
  const given = Array.from({ length: parameters }, (_, index) => variable(index));
  return { parameters, body: write(scope, ...given), locals };
}

const TYPE = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
const SECTION = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;

const list = (entries: readonly Code[]): Code => [unsigned(entries.length), entries];

function sized(code: Code): Code {
  const bytes = bytesIn(code);
  return [unsigned(bytes.length), bytes];
}

/** The bytes of nested code. */
function bytesIn(code: Code, bytes: number[] = []): number[] {
  if (typeof code === "number") bytes.push(code);
  else for (const part of code) bytesIn(part, bytes);
  return bytes;
}

const section = (kind: keyof typeof SECTION, entries: readonly Code[]): Code => [
  SECTION[kind],
  sized(list(entries)),
];
const text = (name: string): Code => sized([...name].map((letter) => letter.charCodeAt(0)));

/** The bytes of a module whose exports are these routines, by name; it imports its memory as "lanes" "memory". */
export function moduleOf(routines: Readonly<Record<string, Routine>>): Uint8Array<ArrayBuffer> {
  const all = Object.entries(routines);
  const types = all.map(([, { parameters }]) => [
    0x60,
    list(Array.from({ length: parameters }, () => TYPE.i32)),
    0,
  ]);
  const bodies = all.map(([, { locals, body }]) =>
    sized([list(locals.map((type) => [1, TYPE[type]])), body, 0x0b]),
  );
  const code = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section("types", types),
    section("imports", [[text("lanes"), text("memory"), 2, 0, 0]]),
    section(
      "functions",
      all.map((_, index) => unsigned(index)),
    ),
    section(
      "exports",
      all.map(([name], index) => [text(name), 0, unsigned(index)]),
    ),
    section("code", bodies),
  ];
  return Uint8Array.from(bytesIn(code));
}
