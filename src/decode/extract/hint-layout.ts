import { type Layout, toLayout } from "../layout.ts";
import type { ParsedDocument } from "../parse/parsed-document.ts";
import { nodeAt, type TreeNode } from "../tree/tree.ts";
import { collectionsAt } from "./collections.ts";
import { type Member, membersOf } from "./extract-members.ts";

/** Keys that agents stand below. Those of `sub_agents` are part of another one. */
const AGENTS =
  /(?<!sub[_-]?)(agents?|workers|participants|assistants|members|bots|crew|team|personas)$/i;
/** Other keys that may hold several of something. */
const PLURAL = /(s|list|registry)$/i;
/** Fields that only an agent has. */
const PROFILE = /^(role|goal|backstory|persona|instructions?|(system_?)?(prompt|message))$/i;
/** Fields that name a document that is one agent. */
const OWN_NAMES = ["id", "name", "metadata.name", "slug", "handle", "agent_name", "agent_id"];
/** Fields that name an item of a list. */
const NAMES = /(^|[._-])(id|name|slug|handle|key)$|[a-z](Id|Name|Key)$/;

const MAX_DEPTH = 3;
/** How many places are tried on each level. */
const MAX_PLACES = 50;

/** Where agents may stand, and what may name them there, as the options `at` and `id` say it. */
interface Guess {
  readonly at: readonly string[];
  /** @default the layout's own, then the fields that are there */
  readonly ids?: readonly string[];
  /** Whether what is found there is what was guessed. @default it is */
  readonly isMeant?: (members: readonly Member[]) => boolean;
}

/** Finds members by the options `at` and `id`; none where one of them is no agent. */
type Open = (at: readonly string[], id?: string) => readonly Member[];

/**
 * Says for a message which options would find agents in a document in which the layout finds none; nothing
 * when none would. What is suggested was tried.
 */
export function hintLayout(document: ParsedDocument, layout: Layout, path: string): string {
  const { root, isSingle = false } = document;
  if (root === undefined || layout.extract !== undefined) return "";
  const open: Open = (at, id) => {
    // No option can say it.
    if (id === "") return [];
    const tried = toLayout({ at, id });
    const options = { layout: id === undefined ? layout : tried, path };
    const found = collectionsAt(root, tried.at).map((one) => membersOf(one, isSingle, options));
    const members = found.flatMap((one) => "code" in one ? [] : one.members);
    return found.some((one) => "code" in one) || !areAgents(members) ? [] : members;
  };
  const given = isSingle ? [""] : layout.at.map((keys) => keys.join("."));
  if (open(given).length > 0) return "";
  const places = isSingle ? [] : placesIn(root);
  const single: Guess = { at: given, ids: [...ownNames(root), "file"] };
  for (const guess of isSingle ? [single] : guesses(root, given, places)) {
    for (const id of guess.ids ?? [undefined, ...namesAt(root, guess.at)]) {
      const members = open(guess.at, id);
      const ids = new Set(members.map((member) => member.id)).size;
      // What is called a name may be there twice; any other field would hardly name anything then.
      const isNamed = ids === members.length ||
        (NAMES.test(id ?? "id") && ids * 2 > members.length);
      if (members.length === 0 || !isNamed || guess.isMeant?.(members) === false) continue;
      const at = guess.at === given ? given : withSiblings(guess.at, places, (at) => open(at, id));
      const options = [
        ...at === given ? [] : [`at: ${JSON.stringify(at.length === 1 ? at[0] : at)}`],
        ...id === undefined ? [] : [`id: ${JSON.stringify(id)}`],
        ...ids === members.length ? [] : ['duplicates: "first"'],
      ];
      const count = new Set(open(at, id).map((member) => member.id)).size;
      const found = `${count} ${count === 1 ? "agent" : "agents"}`;
      return `; the option${options.length > 1 ? "s" : ""} ${
        options.join(", ")
      } would find ${found}`;
    }
  }
  return "";
}

/** Guesses where agents stand in a document, the likeliest place first. */
function* guesses(
  root: TreeNode,
  given: readonly string[],
  places: readonly string[],
): Generator<Guess> {
  const there = given.filter((at) => nodesAt(root, at).length > 0);
  if (there.length > 0) {
    // What stands there is meant, but named otherwise, or divided further.
    yield { at: given };
    const inner = places.filter((at) => there.some((outer) => at.startsWith(`${outer}.`)));
    for (const at of inner) yield { at: [at] };
    return;
  }
  const names = ownNames(root);
  const isAgent = /agent$/i.test(root.child("kind")?.text ?? "") ||
    root.pairs.some(({ key, node }) => node.text !== undefined && PROFILE.test(key));
  if (isAgent) yield { at: [""], ids: names };
  for (const at of places) if (AGENTS.test(lastKey(at))) yield { at: [at] };
  yield { at: [""], ids: isAgent ? ["file"] : names };
  const areAlike = (members: readonly Member[]): boolean =>
    members.length > 1 && commonKeys(members).length > 0;
  const isList = root.items.some(({ type }) => type === "map");
  yield { at: [""], isMeant: (members) => isList || areAlike(members) };
  const isStarred = (at: string): boolean => at.includes("*");
  const inOrder = places.toSorted((a, b) => Number(isStarred(a)) - Number(isStarred(b)));
  const isMeant = (at: string) => (members: readonly Member[]): boolean =>
    areAlike(members) || (!isStarred(at) && PLURAL.test(lastKey(at))) ||
    nodesAt(root, at).every(({ items }) => items.some(({ type }) => type === "map"));
  const [pure, others] = [
    inOrder.filter((at) => isPure(root, at)),
    inOrder.filter((at) => !isPure(root, at)),
  ];
  for (const at of pure) yield { at: [at], isMeant: isMeant(at) };
  if (root.type === "map") yield { at: [""] };
  for (const at of others) yield { at: [at], isMeant: isMeant(at) };
  if (root.pairs.length > 1) yield { at: [""], ids: ["file"] };
}

/** The maps and lists in a document as `at` says them, those that are nearest to its root first. */
function placesIn(root: TreeNode): readonly string[] {
  const places: string[] = [];
  let level: readonly string[] = [""];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap((outer) => {
      const keys = nodesAt(root, outer).flatMap(({ pairs }) =>
        pairs.filter(({ node, key }) => isCollection(node) && /^[^.*\ufeff]+$/.test(key)).map((
          { key },
        ) => key)
      );
      return outer === ""
        ? [...new Set(keys), "*"]
        : ["*", ...new Set(keys)].map((key) => `${outer}.${key}`);
    }).slice(0, MAX_PLACES);
    places.push(...level);
  }
  return places;
}

/** Places beside one whose agents look like its own: they are meant as well. */
function withSiblings(
  [at = ""]: readonly string[],
  places: readonly string[],
  open: Open,
): readonly string[] {
  const fields = commonKeys(open([at]));
  const areLike = (place: string): boolean => {
    const others = commonKeys(open([place]));
    const shared = fields.filter((field) => others.includes(field)).length;
    return shared * 2 > new Set([...fields, ...others]).size;
  };
  const keys = at.split(".");
  for (const level of keys.keys()) {
    const all = places.filter((place) => {
      const others = place.split(".");
      const isBeside = others.length === keys.length && others[level] !== "*" &&
        keys.every((key, at) => at === level || key === others[at]);
      return isBeside && (place === at || areLike(place));
    });
    const { length } = all.length < 2 ? [] : distinct(open(all));
    if (length === 0) continue;
    const star = [keys.with(level, "*").join(".")];
    return distinct(open(star)).length === length ? star : all;
  }
  return [at];
}

/** The members, if no two of them have one id. */
function distinct(members: readonly Member[]): readonly Member[] {
  return new Set(members.map(({ id }) => id)).size === members.length ? members : [];
}

function areAgents(members: readonly Member[]): boolean {
  const isAgent = ({ finding, node, byKey }: Member): boolean =>
    finding === undefined && (node.type === "map" || (!byKey && node.text !== undefined));
  return members.every(isAgent);
}

/** The keys that at least half of some members have. */
function commonKeys(members: readonly Member[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { key } of members.flatMap(({ node }) => node.pairs)) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const { length } = members;
  return [...counts]
    .filter(([, count]) => count * 2 >= length && (count > 1 || length === 1))
    .map(([key]) => key);
}

function ownNames(node: TreeNode): readonly string[] {
  return OWN_NAMES.filter((name) => nodeAt(node, name.split("."))?.text !== undefined);
}

/** The fields that may name what stands in some places: best are those that are called so. */
function namesAt(root: TreeNode, at: readonly string[]): readonly string[] {
  const nodes = at.flatMap((one) => nodesAt(root, one));
  const [item] = nodes.flatMap(({ items }) => items);
  if (item === undefined) return nodes.length === 1 ? nodes.flatMap(ownNames) : [];
  const isName = ({ text }: TreeNode): boolean => text !== undefined && /^.{1,100}$/.test(text);
  const names = item.pairs.flatMap(({ key, node }) => [
    ...isName(node) ? [key] : [],
    ...node.pairs.filter(({ node }) => isName(node)).map((inner) => `${key}.${inner.key}`),
  ]);
  return names.toSorted((a, b) => Number(NAMES.test(b)) - Number(NAMES.test(a)));
}

/** Whether what stands in a place stands in nothing but maps and lists of maps and lists. */
function isPure(root: TreeNode, at: string): boolean {
  const keys = at.split(".");
  return keys.slice(1).every((_, depth) =>
    nodesAt(root, keys.slice(0, depth + 1).join(".")).every(({ pairs }) =>
      pairs.every(({ node }) => isCollection(node))
    )
  );
}

function nodesAt(root: TreeNode, at: string): readonly TreeNode[] {
  return collectionsAt(root, toLayout({ at }).at).map(({ node }) => node);
}

function isCollection({ type }: TreeNode): boolean {
  return type === "map" || type === "list";
}

function lastKey(at: string): string {
  return at.split(".").findLast((key) => key !== "*") ?? "";
}
