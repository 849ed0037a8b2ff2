/**
 * Gives an object a date that nobody can change for others: whoever asks gets a Date of their own.
 * (A frozen Date can still be set.)
 */
export function defineDateGetter<T extends object, K extends string>(
  object: T,
  key: K,
  date: Date,
): T & { readonly [P in K]: Date } {
  const time = date.getTime();
  Object.defineProperty(object, key, { enumerable: true, get: () => new Date(time) });
  return object as T & { readonly [P in K]: Date };
}
