import { EXP_PARTS } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { pair } from "./code.ts";
import { ROOTS } from "./exponential.ts";
import { moduleOf, type Routine, routine } from "./module.ts";
import { STRIDE } from "./rows.ts";

/** Memory in which two doubles at a time are worked on, by routines of WebAssembly. */
export interface Lanes {
  /** Zeros, with room for two more behind them. */
  vector(length: number): Vector;
  /** The same, `STRIDE` bytes from one to the next. */
  vectors(count: number, length: number): Vector[];
  /** Functions of addresses in this memory. */
  compile<Name extends string>(
    routines: Readonly<Record<Name, Routine>>,
  ): Readonly<Record<Name, Call>>;
  /** The same of routines that `write` makes, once for all that ask by this key: it must say all that they depend on. */
  compileOnce<Name extends string>(
    key: string,
    write: () => Readonly<Record<Name, Routine>>,
  ): Readonly<Record<Name, Call>>;
}

export type Call = (...addresses: number[]) => void;

/** What we use of WebAssembly, which the types of ECMAScript leave out. */
interface Engine {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, Call>> };
}

const PAGE = 65536;
/** Doubles at the beginning that hold the table of the exponential. */
const HEAD = 128;

/**
 * Memory for so many doubles; undefined where the engine has no WebAssembly of pairs of doubles, may not make any, or has
 * no room left.
 */
export function createLanes(doubles: number): Lanes | undefined {
  const engine = findEngine();
  const memory = engine && memoryIn(engine, 8 * (HEAD + doubles));
  if (engine === undefined || memory === undefined) return undefined;
  const { buffer } = memory;
  new Float64Array(buffer, ROOTS, EXP_PARTS.roots.length).set(EXP_PARTS.roots);
  let used = 8 * HEAD;

  function take(bytes: number): number {
    const at = used;
    used += 16 * Math.ceil(bytes / 16);
    return at;
  }

  const functionsOf = (module: object) =>
    new engine.Instance(module, { lanes: { memory } }).exports;

  return {
    vector: (length) => new Float64Array(buffer, take(8 * length + 16), length),
    vectors(count, length) {
      const first = take(count * STRIDE + 16);
      return Array.from(
        { length: count },
        (_, k) => new Float64Array(buffer, first + k * STRIDE, length),
      );
    },
    compile: (routines) => functionsOf(new engine.Module(moduleOf(routines))),
    compileOnce: (key, write) =>
      functionsOf(keptModule(key, () => new engine.Module(moduleOf(write())))),
  };
}

function memoryIn(engine: Engine, bytes: number): { readonly buffer: ArrayBuffer } | undefined {
  try {
    return new engine.Memory({ initial: Math.ceil(bytes / PAGE) });
  } catch {
    return undefined;
  }
}

/** As many modules as are kept. */
const MOST_MODULES = 32;
const modules = new Map<string, object>();

function keptModule(key: string, make: () => object): object {
  const module = modules.get(key) ?? make();
  modules.delete(key);
  modules.set(key, module);
  if (modules.size > MOST_MODULES) modules.delete([...modules.keys()][0]!);
  return module;
}

let found: { readonly engine: Engine | undefined } | undefined;

/** The engine, if it takes a routine as ours are; looked for once. */
function findEngine(): Engine | undefined {
  found ??= { engine: tried((globalThis as { WebAssembly?: Engine }).WebAssembly) };
  return found.engine;
}

function tried(engine: Engine | undefined): Engine | undefined {
  const probe = routine(1, (_, at) => [pair.store(at!.get, pair.constant(1))]);
  try {
    if (engine !== undefined) new engine.Module(moduleOf({ probe }));
    return engine;
  } catch {
    return undefined;
  }
}
