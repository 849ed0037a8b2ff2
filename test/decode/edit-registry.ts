import type { Edit, Part, Parts } from "./registry-script.ts";

/** A registry text under edit: its parts, and its bytes, which single edits take further. */
export interface Draft {
  readonly parts: Parts;
  readonly bytes: Uint8Array;
  readonly before: Draft | undefined;
}

/** The text of the parts. */
export function draftOf(parts: Parts, before?: Draft): Draft {
  const pad = " ".repeat(parts.indent);
  const entries = parts.entries.map(({ key, body }) =>
    (parts.type === "map" ? `~${key}:${body}` : `~- id: ${key}${body}`).replaceAll("~", pad)
  );
  const heading = parts.heading === "" ? "" : `${parts.heading}\n`;
  const text = [...parts.head, heading, ...entries, ...parts.tail].join("");
  return { parts, bytes: new TextEncoder().encode(text), before };
}

/** The draft after an edit. */
export function edited(draft: Draft, edit: Edit): Draft {
  const { parts, bytes } = draft;
  const { entries } = parts;
  const withEntries = (changed: readonly Part[]): Draft =>
    draftOf({ ...parts, entries: changed }, draft);
  const raw = (changed: Uint8Array): Draft => ({ parts, bytes: changed, before: draft });
  const index = "at" in edit ? edit.at % (entries.length || 1) : 0;
  const offset = "at" in edit ? edit.at % (bytes.length + 1) : 0;
  switch (edit.type) {
    case "insert":
      return withEntries(entries.toSpliced(edit.at % (entries.length + 1), 0, edit.part));
    case "duplicate":
      return withEntries(entries.toSpliced(index, 0, ...entries.slice(index, index + 1)));
    case "remove":
      return withEntries(entries.toSpliced(index, 1));
    case "move": {
      const left = entries.toSpliced(index, 1);
      const to = edit.to % (left.length + 1);
      return withEntries(left.toSpliced(to, 0, ...entries.slice(index, index + 1)));
    }
    case "rename":
      return withEntries(entries.map((one, at) => at === index ? { ...one, key: edit.key } : one));
    case "rewrite":
      return withEntries(
        entries.map((one, at) => at === index ? { ...one, body: edit.body } : one),
      );
    case "head":
    case "tail":
      return draftOf({ ...parts, [edit.type]: edit.blocks }, draft);
    case "heading":
      // Without a heading the agents are the whole document.
      return draftOf(
        { ...parts, heading: parts.heading && edit.heading, indent: edit.indent },
        draft,
      );
    case "turn":
      return draftOf({ ...parts, type: parts.type === "map" ? "list" : "map" }, draft);
    case "type": {
      const typed = new TextEncoder().encode(edit.text);
      return raw(joined(bytes.subarray(0, offset), typed, bytes.subarray(offset + edit.over)));
    }
    case "newlines":
      return raw(new TextEncoder().encode(textOf(bytes).replace(/\r?\n/g, "\r\n")));
    case "mark":
      return raw(joined(Uint8Array.of(0xef, 0xbb, 0xbf), bytes));
    case "cut":
      return raw(bytes.slice(0, offset));
    case "byte":
      if (offset === bytes.length) return draft;
      return raw(bytes.with(offset, 0x80 + (edit.at % 0x80)));
    case "undo":
      return draft.before ?? draft;
  }
}

function joined(...pieces: Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
