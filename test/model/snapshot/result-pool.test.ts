import { expect, test } from "vitest";
import { ResultPool } from "../../../src/model/snapshot/result-pool.ts";

const agents = Array.from({ length: 6 }, (_, at) => ({ id: `${at}` }));
const pick = (positions: string) => [...positions].map((at) => agents[Number(at)]!);

test("equal lists are one list, and no others", () => {
  const pool = new ResultPool<{ id: string }>();
  const share = (positions: string) => pool.share(pick(positions), ({ id }) => id);
  const first = share("0123");
  expect(first).toEqual(pick("0123"));
  expect(Object.isFrozen(first)).toBe(true);
  expect(share("0123")).toBe(first);
  for (const other of ["", "0", "01", "0223", "0213", "1230", "012"]) {
    expect(share(other)).toEqual(pick(other));
    expect(share(other)).toBe(share(other));
    expect(share(other)).not.toBe(first);
  }
});

test("lists of equal agents that are others are others", () => {
  const pool = new ResultPool<{ id: string }>();
  const [one, other] = [[{ id: "a" }], [{ id: "a" }]];
  expect(pool.share(one, ({ id }) => id)).toBe(one);
  expect(pool.share(other, ({ id }) => id)).toBe(other);
});

test("lists that somebody holds survive the sweeps for those that nobody does", () => {
  const pool = new ResultPool<{ id: string }>();
  const share = (id: number) => pool.share([agents[0]!, { id: `${id}` }], ({ id }) => id);
  const held = Array.from({ length: 1_000 }, (_, at) => pool.share(pick(`${at % 6}`), String));
  for (let at = 0; at < 1_000; at++) share(at);
  expect(held.every((list, at) => pool.share(pick(`${at % 6}`), String) === list)).toBe(true);
});
