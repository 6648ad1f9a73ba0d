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

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const ROOM = 1 << 14;

/** Writes bytes one after another. */
function writer() {
  let bytes = new Uint8Array(ROOM);
  let length = 0;

  function reserve(count: number): void {
    if (length + count <= bytes.length) return;
    const more = new Uint8Array(2 * (length + count));
    more.set(bytes);
    bytes = more;
  }

  function write(code: Code): void {
    if (typeof code === "number") {
      if (length === bytes.length) reserve(1);
      bytes[length++] = code;
      return;
    }
    for (let j = 0; j < code.length; j++) write(code[j]!);
  }

  return {
    write,
    /** What `content` writes, after the number of its bytes. */
    writeSized(content: () => void): void {
      const from = length;
      content();
      const size = unsigned(length - from);
      reserve(size.length);
      bytes.copyWithin(from + size.length, from, length);
      bytes.set(size, from);
      length += size.length;
    },
    written: () => bytes.slice(0, length),
  };
}

/** The bytes of a module whose exports are these routines, by name; it imports its memory as "lanes" "memory". */
export function moduleOf(routines: Readonly<Record<string, Routine>>): Uint8Array<ArrayBuffer> {
  const all = Object.entries(routines);
  const { write, writeSized, written } = writer();
  const section = (kind: keyof typeof SECTION, count: number, entries: () => void): void => {
    write(SECTION[kind]);
    writeSized(() => {
      write(unsigned(count));
      entries();
    });
  };
  write(HEAD);
  section("types", all.length, () => {
    for (const [, { parameters }] of all) {
      write([0x60, unsigned(parameters), new Array<number>(parameters).fill(TYPE.i32), 0]);
    }
  });
  section("imports", 1, () => write([text("lanes"), text("memory"), 2, 0, 0]));
  section("functions", all.length, () => {
    for (let index = 0; index < all.length; index++) write(unsigned(index));
  });
  section("exports", all.length, () => {
    all.forEach(([name], index) => {
      write([text(name), 0, unsigned(index)]);
    });
  });
  section("code", all.length, () => {
    for (const [, { locals, body }] of all) {
      writeSized(() => {
        write([unsigned(locals.length), locals.map((type) => [1, TYPE[type]]), body, 0x0b]);
      });
    }
  });
  return written();
}

const text = (name: string): Code => [
  unsigned(name.length),
  [...name].map((letter) => letter.charCodeAt(0)),
];
