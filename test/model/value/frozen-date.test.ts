import { describe, expect, test } from "vitest";
import { frozenDate } from "../../../src/model/value/frozen-date.ts";

describe("a frozen Date", () => {
  const original = new Date("2026-01-31T12:00:00Z");
  const date = frozenDate(original);

  test("is a Date like the one it was made of, and another", () => {
    expect(date).toStrictEqual(original);
    expect(date).not.toBe(original);
    expect(date).toBeInstanceOf(Date);
    expect(structuredClone(date)).toStrictEqual(original);
    expect(JSON.stringify({ date })).toBe(JSON.stringify({ date: original }));
    expect(date < new Date("2026-02-01")).toBe(true);
    expect(Object.keys(date)).toEqual([]);
  });

  const setters = Object.getOwnPropertyNames(Date.prototype).filter((name) => /^set/.test(name));
  test.each(setters)("cannot be changed by %s", (name) => {
    expect(() => Reflect.get(date, name).call(date, 0)).toThrow(TypeError);
    expect(() => Object.assign(date, { [name]: () => 0 })).toThrow(TypeError);
    expect(date.getTime()).toBe(original.getTime());
  });

  test("is copied into one that can", () => {
    const copy = new Date(date);
    copy.setTime(0);
    expect(copy.getTime()).toBe(0);
  });

  test("may be invalid", () => {
    expect(frozenDate(new Date(NaN)).getTime()).toBeNaN();
  });
});
