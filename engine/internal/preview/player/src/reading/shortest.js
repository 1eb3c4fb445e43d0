/** The least of all lists of a manifest: what every stream has. */
export function shortest(lists) {
  return {
    fragments: lists.length ? Math.min(...lists.map((list) => list.fragments)) : 0,
    seconds: lists.length ? Math.min(...lists.map((list) => list.seconds)) : 0,
  };
}
