/**
 * Makes a prototype whose objects `String` writes by a function. Beside that they stay plain data for
 * JSON, `structuredClone` and `console.log`, which shows an inherited method on Bun if it is enumerable.
 */
export function printedBy<T>(write: (object: T) => string): object {
  return Object.freeze(Object.defineProperty({}, "toString", {
    value(this: T): string {
      return write(this);
    },
  }));
}
