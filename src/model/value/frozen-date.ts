/** Copies a Date into one whose setters refuse. (`Object.freeze` leaves a Date its setters.) */
export function frozenDate(date: Date): Date {
  const copy = new Date(date.getTime());
  for (const name of Object.getOwnPropertyNames(Date.prototype)) {
    if (name.startsWith("set")) Object.defineProperty(copy, name, { value: refuse });
  }
  return Object.freeze(copy);
}

function refuse(): never {
  throw new TypeError("Cannot set a Date of an agent: copy it first, by new Date(date)");
}
