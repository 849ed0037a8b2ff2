/** Makes a type and everything in it read-only. */
export type DeepReadonly<T> =
  // Scalars are named, because a name that is open (`string & {}`) is an object too.
  T extends string | number | bigint | boolean | symbol | null | undefined ? T
    : T extends Date | ((...args: never[]) => unknown) ? T
    : T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;
