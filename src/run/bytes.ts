import { endianness } from "node:os";

const NATIVE = endianness() === "LE";

/** Little-endian bytes of an array: a view of it where the machine is little-endian. */
export function littleEndian(array: Float64Array | Int32Array): Buffer {
  const view = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return NATIVE ? view : swapped(Buffer.from(view), array.BYTES_PER_ELEMENT);
}

/** The doubles that little-endian bytes stand for; may reuse the memory. */
export function toDoubles(bytes: ArrayBuffer): Float64Array<ArrayBuffer> {
  if (!NATIVE) swapped(Buffer.from(bytes), 8);
  return new Float64Array(bytes);
}

/** The 32-bit integers that little-endian bytes stand for; may reuse the memory. */
export function toIntegers(bytes: ArrayBuffer): Int32Array<ArrayBuffer> {
  if (!NATIVE) swapped(Buffer.from(bytes), 4);
  return new Int32Array(bytes);
}

function swapped(bytes: Buffer, width: number): Buffer {
  return width === 8 ? bytes.swap64() : bytes.swap32();
}
