import { expect, test } from "vitest";
import { createDecoder } from "../../src/decode/decoder.ts";
import { AnyAgentSchema } from "../../src/model/any-agent-schema.ts";
import type { SourceReading } from "../../src/model/source-reading.ts";

/** Readings that say when they are released, and a decoder. */
function lending() {
  const decode = createDecoder<object>(AnyAgentSchema);
  const released: string[] = [];
  const reading = (text: string, name = text): SourceReading => ({
    documents: [{ path: "a.yaml", content: new TextEncoder().encode(text) }],
    issues: [],
    release: () => void released.push(name),
  });
  return { decode, reading, released };
}

const one = "agents:\n  a: { k: 1 }\n";
const two = "agents:\n  a: { k: 2 }\n";
const three = "agents:\n  a: { k: 3 }\n  b: { k: 1 }\n";

test("a decoder releases a reading once it compares with a newer one", () => {
  const { decode, reading, released } = lending();
  decode(reading(one));
  expect(released).toEqual([]);
  decode(reading(two));
  expect(released).toEqual([one]);
  decode(reading(three));
  expect(released).toEqual([one, two]);
});

test("a decoder releases no reading that it may look at again", () => {
  const { decode, reading, released } = lending();
  decode(reading(one));
  // Not well-formed, and so not what the next one is compared with.
  decode(reading("agents:\n  a: { k: [\n"));
  // Read as a whole, and kept for the next time that it is the same.
  decode(reading("agents: { a: { k: 1 } }\n"));
  expect(released).toEqual([]);
  decode(reading(two));
  expect(released).toEqual([one]);
});

test("a decoder releases no reading whose bytes it is given again", () => {
  const { decode, reading, released } = lending();
  const { documents, issues } = reading(one);
  decode({ documents, issues, release: () => void released.push("first") });
  decode({ documents, issues, release: () => void released.push("second") });
  expect(released).toEqual([]);
  decode(reading(two));
  expect(released).toEqual(["second"]);
});

test("a decoder that is stopped midway releases nothing", () => {
  const { decode, reading, released } = lending();
  decode(reading(one));
  const steps = decode.steps!(reading(two));
  steps.next();
  steps.return(undefined as never);
  expect(released).toEqual([]);
  decode(reading(three));
  expect(released).toEqual([one]);
});

test("release is called as a method of its reading", () => {
  const { decode, reading } = lending();
  class Lent {
    readonly documents = reading(one).documents;
    readonly issues = [];
    isReleased = false;
    release(): void {
      this.isReleased = true;
    }
  }
  const lent = new Lent();
  decode(lent);
  decode(reading(two));
  expect(lent.isReleased).toBe(true);
});

test("a release that throws harms no reload", () => {
  const { decode, reading } = lending();
  const release = (): void => {
    throw new Error("not now");
  };
  decode({ ...reading(one), release });
  expect(decode(reading(two)).agents.get("a")).toEqual({ id: "a", k: 2 });
});
