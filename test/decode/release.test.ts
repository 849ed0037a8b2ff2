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

test("a decoder releases text, and bytes that share a buffer with others, as well", () => {
  const { decode, released } = lending();
  const arena = new TextEncoder().encode(one + two + three);
  const contents = [
    one,
    two,
    arena.subarray(0, one.length),
    arena.subarray(one.length, one.length + two.length),
    three,
  ];
  contents.forEach((content, at) =>
    decode({
      documents: [{ path: "a.yaml", content }],
      issues: [],
      release: () => void released.push(String(at)),
    })
  );
  expect(released).toEqual(["0", "1", "2", "3"]);
});

test.each([
  ["throws", () => {
    throw new Error("not now");
  }],
  ["rejects", () => Promise.reject(new Error("not now"))],
  ["is no function", 7 as unknown as () => void],
])("a release that %s harms no reload", (_, release) => {
  const { decode, reading } = lending();
  decode({ ...reading(one), release });
  expect(decode(reading(two)).agents.get("a")).toEqual({ id: "a", k: 2 });
});

test.each([
  ["by its parts", one, two],
  ["as a whole", "agents: { a: { k: 1 } }\n", "agents: { a: { k: 2 } }\n"],
])("a file that was read %s and is empty now is no file that did not change", (_, before, next) => {
  // As when two registries are handed the same reading, and the other one has released it.
  const { decode, reading } = lending();
  const shared = reading(before);
  decode(shared);
  const { buffer } = shared.documents[0]!.content as Uint8Array<ArrayBuffer>;
  structuredClone(buffer, { transfer: [buffer] });
  expect(decode(reading("")).errors).toMatchObject([{ code: "missing-agents" }]);
  expect(decode(reading(next)).agents.get("a")).toEqual({ id: "a", k: 2 });
});
