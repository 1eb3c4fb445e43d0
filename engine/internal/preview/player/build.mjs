// Bundles the preview player into ../dist and collects the licences of what is in it.
// The same sources give the same bytes: nothing of the machine or the hour goes in.

import { build } from 'esbuild';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, '..', 'dist');

await build({
  absWorkingDir: here,
  entryPoints: ['src/main.js'],
  outfile: path.join(dist, 'player.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none', // LICENSES.txt holds them in full
  logLevel: 'warning',
});
// The part of hls.js that takes MPEG-TS apart in a thread of its own. As a file, and not as the
// blob that hls.js would make, it needs no permission in the Content-Security-Policy.
await build({
  absWorkingDir: here,
  entryPoints: ['node_modules/hls.js/dist/hls.worker.js'],
  outfile: path.join(dist, 'worker.js'),
  minify: true,
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
});
await writeFile(path.join(dist, 'LICENSES.txt'), await licences());

// Every package the player depends on, by the lock file, and what the player's own build
// took in without being a package of ours (bundled-notices.txt). A text that several
// packages share is given once.
async function licences() {
  const lock = JSON.parse(await readFile(path.join(here, 'package-lock.json'), 'utf8'));
  const byText = new Map();
  for (const [folder, entry] of Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!folder || entry.dev || entry.optional) continue;
    const name = folder.replace(/^.*node_modules\//, '');
    const text = await licenceText(path.join(here, folder));
    byText.set(text, [...(byText.get(text) || []), `${name} ${entry.version} (${entry.license})`]);
  }
  const parts = ['The preview player contains the following third-party software.\n'];
  for (const [text, names] of byText) parts.push(`${names.join('\n')}\n\n${text}\n`);
  parts.push((await readFile(path.join(here, 'bundled-notices.txt'), 'utf8')).trim() + '\n');
  return parts.join(`\n${'-'.repeat(78)}\n\n`);
}

async function licenceText(folder) {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = [];
  for (const name of names.filter((n) => !n.endsWith('.html'))) {
    texts.push((await readFile(path.join(folder, name), 'utf8')).trim());
  }
  return texts.join('\n\n') || 'No licence text comes with the package; the licence named above applies.';
}
