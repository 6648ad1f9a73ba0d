type Memory = (bytes: number) => ArrayBufferLike;

/** Arrays of fewer bytes are not worth a place of their own. */
const SMALL = 1024;

/** Makes memory that threads can share; null where there is none, as in pages that are not isolated. */
export const sharedMemory: Memory | null =
  typeof SharedArrayBuffer === "undefined" ? null : (bytes) => new SharedArrayBuffer(bytes);

/**
 * Plain data with its large typed arrays copied once into shared memory, so that whoever is sent it reads the same
 * memory; itself where there is no such memory. An array that occurs twice is copied once; views become arrays.
 */
export function shareArrays<T>(value: T, memory = sharedMemory): T {
  return memory === null ? value : (copied(value, memory, new Map()) as T);
}

function copied(value: unknown, memory: Memory, known: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const copy = copyOf(value, memory, (part) => copied(part, memory, known));
  known.set(value, copy);
  return copy;
}

function copyOf(value: object, memory: Memory, inner: (part: unknown) => unknown): unknown {
  if (value instanceof Float64Array) return moved(value, Float64Array, memory);
  if (value instanceof Int32Array) return moved(value, Int32Array, memory);
  if (ArrayBuffer.isView(value)) return value;
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, inner(part)]));
  if (Array.isArray(value)) return value.map(inner);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
}

function moved<A extends Float64Array | Int32Array>(
  array: A,
  kind: new (buffer: ArrayBufferLike) => A,
  memory: Memory,
): A {
  const isShared = sharedMemory !== null && array.buffer instanceof SharedArrayBuffer;
  if (array.byteLength < SMALL || isShared) return array;
  const copy = new kind(memory(array.byteLength));
  copy.set(array);
  return copy;
}
