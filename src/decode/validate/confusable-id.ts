import { quote } from "../../text/quote.ts";
import { error, type Finding } from "../report/finding.ts";

/** Characters that nobody sees. Joiners between letters beyond ASCII are seen: they shape these. */
const INVISIBLE =
  /[\u00ad\u200b\u2060\ufeff]|(?<!\P{ASCII})[\u200c\u200d]|[\u200c\u200d](?!\P{ASCII})/gu;

/** Warns of an id that looks like another one, but is none: whoever types what is seen finds no agent. */
export function confusableId(id: string, offset: number): Finding | undefined {
  if (/^\p{ASCII}*$/u.test(id)) return undefined;
  const seen = id.replaceAll(INVISIBLE, "").normalize("NFC");
  if (seen === id) return undefined;
  const [hidden] = id.match(INVISIBLE) ?? [];
  const why = hidden === undefined
    ? "its id is not in the normal form NFC"
    : `its id has an invisible character, U+${codeOf(hidden)}`;
  const message = `Agent ${quote(id)}: ${why}: ${quote(seen)} is another id`;
  return { ...error("confusable-id", offset, message, ""), severity: "warning" };
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}
