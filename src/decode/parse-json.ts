import { quote } from "../text/quote.ts";
import type { TreeNode, TreePair } from "./document-tree.ts";
import { error, type Finding } from "./report/finding.ts";
import { MAX_DEPTH } from "./inspect-yaml.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { PlainList, PlainMap, PlainScalar, PlainTree, type RepeatedKey } from "./plain-tree.ts";

/**
 * Parses JSON (RFC 8259), and accepts exactly what `JSON.parse` does. That one tells neither where
 * things stand, nor that a key is there twice, and it puts keys such as `"10"` before all others.
 *
 * Yields every so many values.
 */
export function* parseJson(text: string): Generator<undefined, ParsedDocument, undefined> {
  const reader = new JsonReader(text);
  try {
    const root = yield* reader.takeDocument();
    return { tree: new PlainTree(root, reader.repeated), findings: [] };
  } catch (problem) {
    if (problem instanceof JsonProblem) return unparsed(problem.finding);
    throw problem;
  }
}

/** After how many values it yields. */
const STEP = 64;
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

/** A collection whose end was not read yet. */
interface Open {
  readonly start: number;
  readonly close: "}" | "]";
  readonly pairs: TreePair[];
  readonly items: TreeNode[];
  /** Where the keys of a map stand. */
  readonly places: Map<string, number>;
  /** The key of the member that comes next, in a map, and where it stands. */
  key: string;
  offset: number;
}

/** Reads a text from left to right. What is open is on a stack, so that reading can pause anywhere. */
class JsonReader {
  readonly repeated: RepeatedKey[] = [];
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  *takeDocument(): Generator<undefined, TreeNode, undefined> {
    this.#skipBlank();
    if (this.#at === this.#text.length) return new PlainScalar(null, "", 0, 0);
    let root: TreeNode | undefined;
    for (let count = 1; root === undefined; count++) {
      if (count % STEP === 0) yield;
      const value = this.#takeScalarOrOpen();
      // What was opened begins with the value that comes next.
      if (value !== undefined) root = this.#add(value);
    }
    if (this.#at < this.#text.length) this.#fail("Expected the end of the document");
    return root;
  }

  /** Takes a scalar or an empty collection, or the start of another, for which it gives undefined. */
  #takeScalarOrOpen(): TreeNode | undefined {
    const start = this.#at;
    const sign = this.#text[start];
    if (sign === "{" || sign === "[") {
      const outer = this.#enter(start, sign === "{" ? "}" : "]");
      if (this.#text[this.#at] === outer.close) return this.#leave(outer);
      this.#startMember(outer);
      return undefined;
    }
    if (sign === '"') {
      const value = this.#takeString();
      return this.#scalar(value, value, start);
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

  /** Adds a value to what is open around it, which that may complete. Gives what is open no more. */
  #add(value: TreeNode): TreeNode | undefined {
    for (let node = value;;) {
      const outer = this.#open.at(-1);
      if (outer === undefined) return node;
      if (outer.close === "]") outer.items.push(node);
      else outer.pairs.push({ key: outer.key, isScalar: true, offset: outer.offset, node });
      const comma = this.#at;
      if (this.#text[comma] === ",") {
        this.#advance();
        if (this.#text[this.#at] === outer.close) {
          throw new JsonProblem(comma, `Expected no comma before "${outer.close}"`);
        }
        this.#startMember(outer);
        return undefined;
      }
      if (this.#text[comma] !== outer.close) this.#fail(`Expected "," or "${outer.close}"`);
      node = this.#leave(outer);
    }
  }

  #enter(start: number, close: Open["close"]): Open {
    if (this.#open.length === MAX_DEPTH) {
      const message = `Collections are nested more than ${MAX_DEPTH} levels deep`;
      throw new JsonProblem(start, message, "too-deep");
    }
    const outer = { start, close, pairs: [], items: [], places: new Map(), key: "", offset: 0 };
    this.#open.push(outer);
    this.#advance();
    return outer;
  }

  #leave({ start, close, pairs, items }: Open): TreeNode {
    this.#open.pop();
    const end = this.#at + 1;
    this.#advance();
    return close === "}" ? new PlainMap(pairs, start, end) : new PlainList(items, start, end);
  }

  /** Takes what stands before the value of a member: in a map its key, in a list nothing. */
  #startMember(outer: Open): void {
    if (outer.close === "]") return;
    const offset = this.#at;
    if (this.#text[offset] !== '"') this.#fail("Expected a key in double quotes");
    const key = this.#takeString();
    this.#skipBlank();
    if (this.#text[this.#at] !== ":") this.#fail('Expected ":"');
    this.#advance();
    const first = outer.places.get(key);
    if (first === undefined) outer.places.set(key, offset);
    else this.#noteRepeated(key, outer.start, offset, first);
    outer.key = key;
    outer.offset = offset;
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
