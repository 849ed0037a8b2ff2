import { isCollection, isMap, isScalar } from "yaml";

/** Says what kind of value a node is, for messages. */
export function kindOf(node: unknown): string {
  if (node === null || (isScalar(node) && node.value === null)) return "nothing";
  if (isMap(node)) return "a map";
  if (isCollection(node)) return "a list";
  if (!isScalar(node)) return "an alias";
  const { value } = node;
  return typeof value === "string" ? "text" : `the ${typeof value} ${String(value)}`;
}
