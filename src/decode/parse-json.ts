import { quote } from "../text/quote.ts";
import type { TreeNode, TreePair } from "./document-tree.ts";
import { error, type Finding } from "./finding.ts";
import { MAX_DEPTH } from "./inspect-yaml.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { PlainList, PlainMap, PlainScalar, PlainTree, type RepeatedKey } from "./plain-tree.ts";

/**
 * Parses JSON (RFC 8259), and accepts exactly what `JSON.parse` does. That one tells neither where
 * things stand, nor that a key is there twice, and it puts keys such as `"10"` before all others.
 */
export function parseJson(text: string): ParsedDocument {
  const reader = new JsonReader(text);
  try {
    const root = reader.takeDocument();
    return { tree: new PlainTree(root, reader.repeated), findings: [] };
  } catch (problem) {
    if (problem instanceof JsonProblem) return unparsed(problem.finding);
    throw problem;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
/** What does not stand for itself in a string. */
// deno-lint-ignore no-control-regex -- those must be escaped
const SPECIAL = /["\\\u0000-\u001f]/g;
/** The same without the quote that ends it. */
// deno-lint-ignore no-control-regex -- as above
const UNPLAIN = /[\\\u0000-\u001f]/;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];

/** Thrown inside of this module only: the first problem ends the parse. */
class JsonProblem extends Error {
  readonly finding: Finding;

  constructor(offset: number, message: string, code: Finding["code"] = "json-syntax") {
    super(message);
    this.finding = error(code, offset, message);
  }
}

/** Reads a text from left to right. */
class JsonReader {
  readonly repeated: RepeatedKey[] = [];
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  takeDocument(): TreeNode {
    this.#skipBlank();
    if (this.#at === this.#text.length) return new PlainScalar(null, "", 0, 0);
    const root = this.#takeValue();
    if (this.#at < this.#text.length) this.#fail("Expected the end of the document");
    return root;
  }

  /** Takes a value and the blank space after it. */
  #takeValue(): TreeNode {
    const start = this.#at;
    switch (this.#text[start]) {
      case "{":
        return this.#nested(start, () => this.#takeMap(start));
      case "[":
        return this.#nested(start, () => this.#takeList(start));
      case '"': {
        const value = this.#takeString();
        return this.#scalar(value, value, start);
      }
    }
    const number = this.#take(NUMBER);
    if (number !== "") return this.#scalar(Number(number), number, start);
    const word = this.#take(WORD);
    if (word === "") this.#fail("Expected a value");
    return this.#scalar(word === "null" ? null : word === "true", word, start);
  }

  #scalar(value: unknown, text: string, start: number): TreeNode {
    const end = this.#at;
    this.#skipBlank();
    return new PlainScalar(value, text, start, end);
  }

  #nested(start: number, take: () => TreeNode): TreeNode {
    if (this.#depth === MAX_DEPTH) {
      const message = `Collections are nested more than ${MAX_DEPTH} levels deep`;
      throw new JsonProblem(start, message, "too-deep");
    }
    this.#depth++;
    const node = take();
    this.#depth--;
    return node;
  }

  #takeMap(start: number): TreeNode {
    const pairs: TreePair[] = [];
    const places = new Map<string, number>();
    this.#takeMembers("}", () => {
      const offset = this.#at;
      if (this.#text[offset] !== '"') this.#fail("Expected a key in double quotes");
      const key = this.#takeString();
      this.#skipBlank();
      if (this.#text[this.#at] !== ":") this.#fail('Expected ":"');
      this.#advance();
      const first = places.get(key);
      if (first === undefined) places.set(key, offset);
      else this.#noteRepeated(key, start, offset, first);
      pairs.push({ key, isScalar: true, offset, node: this.#takeValue() });
    });
    const end = this.#at;
    this.#skipBlank();
    return new PlainMap(pairs, start, end);
  }

  #takeList(start: number): TreeNode {
    const items: TreeNode[] = [];
    this.#takeMembers("]", () => items.push(this.#takeValue()));
    const end = this.#at;
    this.#skipBlank();
    return new PlainList(items, start, end);
  }

  /** Takes a bracket, what stands behind it with commas in between, and the closing bracket. */
  #takeMembers(close: string, takeMember: () => void): void {
    this.#advance();
    if (this.#text[this.#at] !== close) {
      takeMember();
      while (this.#text[this.#at] === ",") {
        const comma = this.#at;
        this.#advance();
        if (this.#text[this.#at] === close) {
          throw new JsonProblem(comma, `Expected no comma before "${close}"`);
        }
        takeMember();
      }
      if (this.#text[this.#at] !== close) this.#fail(`Expected "," or "${close}"`);
    }
    this.#at++;
  }

  #takeString(): string {
    const start = this.#at;
    const end = this.#text.indexOf('"', start + 1);
    const short = this.#text.slice(start + 1, end);
    if (end !== -1 && !UNPLAIN.test(short)) {
      this.#at = end + 1;
      return short;
    }
    let escaped = false;
    for (let at = start + 1;;) {
      SPECIAL.lastIndex = at;
      const special = SPECIAL.exec(this.#text);
      if (special === null) throw new JsonProblem(start, "This text is never closed");
      const [sign] = special;
      if (sign === '"') {
        this.#at = special.index + 1;
        break;
      }
      if (sign !== "\\") {
        throw new JsonProblem(
          special.index,
          "Expected no line break or control character in a text",
        );
      }
      escaped = true;
      at = special.index + 2;
    }
    if (!escaped) return this.#text.slice(start + 1, this.#at - 1);
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      throw new JsonProblem(start, "A backslash in this text starts no escape sequence");
    }
  }

  #noteRepeated(key: string, mapStart: number, offset: number, first: number): void {
    const message = (): string => `The key ${quote(key)} stands here a second time`;
    const finding = { code: "duplicate-key", severity: "error", message, offset, first } as const;
    this.repeated.push({ mapStart, finding });
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #skipBlank(): void {
    for (;; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== LF && code !== CR && code !== TAB) return;
    }
  }

  /** Goes over one character, and the blank space behind it. */
  #advance(): void {
    this.#at++;
    this.#skipBlank();
  }

  #fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 1);
    if (rest === "") throw new JsonProblem(this.#at, `${expected}, found the end of the file`);
    const comment = rest === "/" || rest === "#" ? ": JSON has no comments" : "";
    throw new JsonProblem(this.#at, `${expected}, found ${quote(rest)}${comment}`);
  }
}
