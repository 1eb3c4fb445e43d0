/** What a player said when it gave up, as a sentence for the page. */
export function sentence(said) {
  if (!said) return 'The player stopped.';
  const line = String(said).split('\n')[0].trim();
  return `The player stopped: ${/[.!?]$/.test(line) ? line : `${line}.`}`;
}
