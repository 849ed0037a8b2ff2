const ASCII = /^[\x20-\x7e]*$/;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Finds texts that are different and look the same: one is written with combined characters and the other
 * with combining ones (NFC and NFD), or they differ in characters that have no width.
 *
 * @returns the groups of texts that look alike, in order, each with its texts in order and at least two
 */
export function lookalikes(texts: Iterable<string>): readonly (readonly string[])[] {
  const all = new Set(texts);
  // Nothing in ASCII looks like anything else in it, and most ids are.
  if ([...all].every((text) => ASCII.test(text))) return [];
  const groups = new Map<string, string[]>();
  for (const text of all) {
    const look = ASCII.test(text) ? text : text.replace(INVISIBLE, "").normalize("NFC");
    const group = groups.get(look);
    if (group === undefined) groups.set(look, [text]);
    else group.push(text);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
