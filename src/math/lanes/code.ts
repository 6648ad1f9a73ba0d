// Instructions of WebAssembly as functions: an operand is the code that leaves it on the stack. Numbers of the
// instructions: the WebAssembly specification, version 2, "Binary Format".

/** Bytes, nested in the order in which they stand. */
export type Code = number | readonly Code[];
export type ValueType = "i32" | "f64" | "v128";

/** A variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** LEB128 without a sign. */
export function unsigned(value: number): readonly number[] {
  return short[value] ?? long(value);
}

function long(value: number): readonly number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left & 127;
    left >>>= 7;
    bytes.push(left === 0 ? low : low | 128);
  } while (left !== 0);
  return bytes;
}

/** Most numbers are of one byte. */
const short = Array.from({ length: 128 }, (_, value) => [value]);

/** LEB128 of a 32-bit number with a sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (;;) {
    const low = left & 127;
    left >>= 7;
    const isLast = left === ((low & 64) === 0 ? 0 : -1);
    bytes.push(isLast ? low : low | 128);
    if (isLast) return bytes;
  }
}

const bytesOf = (value: number): number[] =>
  Array.from(new Uint8Array(Float64Array.of(value).buffer));

const SIMD = 0xfd;
const vector = (number: number): number[] => [SIMD, ...unsigned(number)];
/** Eight bytes are as much as an address is sure to be a multiple of. */
const place = (offset: number): number[] => [3, ...unsigned(offset)];

const unary =
  (code: Code) =>
  (a: Code): Code => [a, code];
const binary =
  (code: Code) =>
  (a: Code, b: Code): Code => [a, b, code];

export const getLocal = (index: number): Code => [0x20, unsigned(index)];
export const setLocal = (index: number, value: Code): Code => [value, 0x21, unsigned(index)];

/** 32-bit numbers: addresses and counts. */
export const i32 = {
  constant: (value: number): Code => [0x41, signed(value)],
  load: (address: Code, offset = 0): Code => [address, 0x28, 2, unsigned(offset)],
  add: binary([0x6a]),
  and: binary([0x71]),
  shiftLeft: binary([0x74]),
  isBelow: binary([0x49]),
};

/** One double. */
export const f64 = {
  constant: (value: number): Code => [0x44, bytesOf(value)],
  load: (address: Code, offset = 0): Code => [address, 0x2b, place(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0x39, place(offset)],
  add: binary([0xa0]),
  multiply: binary([0xa2]),
};

/** Two doubles. */
export const pair = {
  constant: (value: number): Code => [vector(12), bytesOf(value), bytesOf(value)],
  load: (address: Code, offset = 0): Code => [address, vector(0), place(offset)],
  /** One double from memory, twice. */
  loadTwice: (address: Code, offset = 0): Code => [address, vector(10), place(offset)],
  /** A double from memory, then a zero. */
  loadFirst: (address: Code, offset = 0): Code => [address, vector(93), place(offset)],
  /** `first` with its second double from memory. */
  loadSecond: (address: Code, first: Code, offset = 0): Code => [
    address,
    first,
    vector(87),
    place(offset),
    1,
  ],
  store: (address: Code, value: Code, offset = 0): Code => [
    address,
    value,
    vector(11),
    place(offset),
  ],
  twice: unary(vector(20)),
  /** The doubles of a and b, 0 to 3, at two places. */
  choose: (a: Code, b: Code, first: number, second: number): Code => [
    a,
    b,
    vector(13),
    [first, second].flatMap((at) => Array.from({ length: 8 }, (_, byte) => 8 * at + byte)),
  ],
  add: binary(vector(240)),
  subtract: binary(vector(241)),
  multiply: binary(vector(242)),
  divide: binary(vector(243)),
  absolute: unary(vector(236)),
  negative: unary(vector(237)),
  /** b where b < a, else a; the larger likewise: a NaN of a stays. */
  smaller: binary(vector(246)),
  larger: binary(vector(247)),
  /** All bits set where a < b, or a > b, none elsewhere. */
  below: binary(vector(73)),
  above: binary(vector(74)),
  /** The lower 32 bits of a double's bits. */
  lowWord: (a: Code, which: 0 | 1): Code => [a, vector(27), 2 * which],
};

/** The bits of two doubles. */
export const bits = {
  constant: (low: number, high: number): Code => {
    const bytes = new Uint8Array(Int32Array.of(low, high, low, high).buffer);
    return [vector(12), Array.from(bytes)];
  },
  and: binary(vector(78)),
  /** The bits of a that are not set in b. */
  without: binary(vector(79)),
  add: binary(vector(206)),
  subtract: binary(vector(209)),
  shiftLeft: (a: Code, by: number): Code => [a, i32.constant(by), vector(203)],
  /** Of numbers with a sign. */
  shiftRight: (a: Code, by: number): Code => [a, i32.constant(by), vector(204)],
};

/** The routine of this number in its module, of these operands. */
export const call = (routine: number, operands: readonly Code[]): Code => [
  operands,
  0x10,
  unsigned(routine),
];

/** `body` once, and again as long as the number that `condition` leaves is not 0. */
export const repeatWhile = (body: Code, condition: Code): Code => [
  0x03,
  0x40,
  body,
  condition,
  0x0d,
  0,
  0x0b,
];
