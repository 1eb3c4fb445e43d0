// Reads every golden playlist with hls-parser in strict mode and every golden MPD with mpd-parser,
// and fails on the first word that either does not take. Folders are given as arguments.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as HLS from 'hls-parser';
import { parse } from 'mpd-parser';

HLS.setOptions({ strictMode: true });

// files are all files below a folder, in order.
function files(folder) {
	return readdirSync(folder).sort().flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? files(path) : [path];
	});
}

// checkPlaylist throws when a playlist breaks a rule, or holds less than its text says.
function checkPlaylist(text) {
	const playlist = HLS.parse(text);
	const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
	const count = playlist.isMasterPlaylist ? playlist.variants.filter((v) => !v.isIFrameOnly).length : playlist.segments.filter((s) => s.uri).length;
	if (count !== lines) {
		throw new Error(`it has ${lines} addresses, and the parser sees ${count}`);
	}
}

// checkManifest throws when an MPD is not read without a warning, or without any segment.
function checkManifest(text) {
	const warnings = [];
	const manifest = parse(text, { manifestUri: 'http://origin/oceans.isml/oceans.mpd', eventHandler: (e) => e.type === 'warn' && warnings.push(e.message) });
	if (warnings.length > 0) {
		throw new Error(warnings.join('; '));
	}
	const groups = Object.values(manifest.mediaGroups.AUDIO).flatMap((g) => Object.values(g)).flatMap((r) => r.playlists ?? []);
	const playlists = [...manifest.playlists, ...groups];
	if (playlists.length === 0 || playlists.some((p) => p.segments.length === 0)) {
		throw new Error('the parser sees a representation without segments, or none at all');
	}
}

let checked = 0;
let failed = 0;
for (const path of process.argv.slice(2).flatMap(files)) {
	const check = path.endsWith('.m3u8') ? checkPlaylist : path.endsWith('.mpd') ? checkManifest : undefined;
	if (!check) {
		continue;
	}
	checked++;
	try {
		check(readFileSync(path, 'utf8'));
	} catch (error) {
		failed++;
		console.error(`${path}: ${error.message}`);
	}
}
console.log(`manifests: ${checked} read, ${failed} refused`);
process.exitCode = failed > 0 || checked === 0 ? 1 : 0;
